// The pointer on a canvas: hovering says what is there, a press or a drag chooses it.

import { pointed } from "./dom.js";

const PULL = 100; // CSS pixels of a drag over the whole range of an entry
const STEEP = 5; // CSS pixels up or down, and twice as many as to a side, from which a drag changes the entry

/**
 * A mouse or pen drags an entry up and down; call it before other listeners, which then hear nothing of such a drag.
 *
 * @param on - {pick({clientX, clientY, target}): the entry at which the drag begins, pull(share, begins): up by a share of the entry's range, done(): the drag is over}
 */
export function pulls(canvas, { pick, pull, done }) {
  /** @type {{clientX: number, clientY: number, target: EventTarget} | null} */ let from = null;
  let pulling = false;
  canvas.addEventListener("pointerdown", ({ clientX, clientY, target, pointerType }) => {
    from = pointerType === "touch" ? null : { clientX, clientY, target };
    pulling = false;
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!from || event.buttons !== 1) return;
    const [across, up] = [event.clientX - from.clientX, from.clientY - event.clientY];
    if (!pulling && (Math.abs(up) < STEEP || Math.abs(up) < 2 * Math.abs(across))) return;
    event.stopImmediatePropagation();
    if (!pulling) {
      canvas.setPointerCapture(event.pointerId);
      pick(from);
    }
    pull(up / PULL, !pulling);
    pulling = true;
  });
  canvas.addEventListener("pointerup", () => pulling && done());
  canvas.addEventListener("click", (event) => pulling && event.stopImmediatePropagation());
}

/**
 * On a row of steps: a click chooses, a drag moves the cursor along.
 *
 * @param on - {at(event) => the step under the pointer or -1, about(t, y) => text, say(text, event), pick(t, y)}; y is that of a click,
 *   undefined where the pointer is dragged
 */
export function listen(canvas, { at, about, say, pick }) {
  /** @type {{t: number, y: number} | null} */ let down = null; // a click's own position is rounded, and a unit can be one pixel high
  const tell = (t, y, event) => say(t < 0 ? null : about(t, y), event);
  canvas.addEventListener("pointerdown", (event) => (down = { t: at(event), y: pointed(event).y }));
  canvas.addEventListener("pointermove", (event) => {
    const t = at(event);
    tell(t, pointed(event).y, event);
    if (t < 0 || event.buttons !== 1 || t === down?.t) return;
    down = null; // a drag, not a click
    pick(t);
  });
  left(canvas, say);
  canvas.addEventListener("click", (event) => {
    if (!down || down.t < 0) return;
    tell(down.t, down.y, event);
    pick(down.t, down.y);
  });
}

/**
 * On a map: a press chooses at once, and a drag that began on the map goes on where the pointer is, also past the edge.
 *
 * @param on - {at(event, dragged) => what is there or null, about(event) => text or null, say(text, event), pick(what)}
 */
export function drag(canvas, { at, about, say, pick }) {
  let held = false;
  const go = (event, dragged) => {
    const what = at(event, dragged);
    if (what) pick(what);
    return Boolean(what);
  };
  canvas.addEventListener("pointerdown", (event) => {
    held = go(event, false);
    if (held) canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (held) go(event, true);
    const { x, y } = pointed(event);
    const inside = x >= 0 && y >= 0 && x < canvas.clientWidth && y < canvas.clientHeight;
    say(inside ? about(event) : null, event);
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => (held = false));
  left(canvas, say);
}

/** The mouse has left: nothing is said any more. After a touch it stays. */
const left = (canvas, say) => canvas.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && say(null, event));
