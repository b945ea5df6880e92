// Where the teacher points, on whatever screen: an element of the stage, and how far along it; over steps, the step.

/** @typedef {{x: number, y: number, place: string}} Pointer x and y from 0 to 1 within the element; place: the way to it from the stage, "0.3.1", and over steps which, ":12.4" */

const LONGEST = 60; // characters of a way

/** The window of steps of a stage, where an element is one of its rows of steps. */
function viewOf(stage, element) {
  const view = stage.view ?? stage.strips?.view;
  return view?.width && element instanceof HTMLCanvasElement && Math.abs(element.clientWidth - view.width) < 3 ? view : null;
}

const between = (value) => Math.max(0, Math.min(1, value));

/** @param {any} stage @param {PointerEvent} event over it @returns {Pointer | null} */
export function pointerOf(stage, event) {
  const root = stage.stage;
  const path = event.composedPath();
  const way = [];
  let element = /** @type {Element} */ (path.find((node) => node instanceof Element && root.contains(node)));
  if (!element) return null;
  for (let at = element; at !== root; at = at.parentElement) way.unshift([...at.parentElement.children].indexOf(at));
  let place = way.join(".");
  if (place.length > LONGEST) [place, element] = ["", root];
  const { left, top, width, height } = element.getBoundingClientRect();
  const [x, y] = [between((event.clientX - left) / width || 0), between((event.clientY - top) / height || 0)];
  const view = viewOf(stage, element);
  return { x, y, place: view ? `${place}:${(view.start + (x * view.width) / view.step).toFixed(2)}` : place };
}

/** Where a pointer is on this screen, in CSS pixels of the window; null where the stage has no such place in sight. @param {any} stage @param {Pointer} pointer */
export function placed(stage, { x, y, place }) {
  const [way, step] = place.split(":");
  let element = stage.stage;
  for (const k of way ? way.split(".") : []) element = element?.children[Number(k)];
  if (!element) return null;
  const { left, top, width, height } = element.getBoundingClientRect();
  if (!width || !height) return null;
  const view = step === undefined ? null : viewOf(stage, element);
  const along = view ? ((Number(step) - view.start) * view.step) / view.width : x;
  return along < 0 || along > 1 ? null : { x: left + along * width, y: top + y * height };
}
