// The pointer on a row of steps: hovering says what is there, a click or a drag moves the cursor.

/**
 * @param on - {at(event) => the step under the pointer or -1, about(t, y) => text, say(text, event), pick(t), picked(y)}; `picked` hears
 *   of clicks alone
 */
export function listen(canvas, { at, about, say, pick, picked = (y) => {} }) {
  let down = null; // a click's own position is rounded, and a unit can be one pixel high
  const tell = (t, y, event) => say(t < 0 ? null : about(t, y), event);
  canvas.addEventListener("pointerdown", (event) => (down = { t: at(event), y: event.offsetY }));
  canvas.addEventListener("pointermove", (event) => {
    const t = at(event);
    tell(t, event.offsetY, event);
    if (t < 0 || event.buttons !== 1 || t === down?.t) return;
    down = null; // a drag, not a click
    pick(t);
  });
  canvas.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && say(null)); // after a touch it stays
  canvas.addEventListener("click", (event) => {
    if (!down || down.t < 0) return;
    picked(down.y);
    pick(down.t);
    tell(down.t, down.y, event);
  });
}
