// A page inside a frame of another page, a notebook's or a course's, tells how high it is: what stands around can make room for it.

/** Tell it now, and whenever it changes. */
export function start() {
  if (window.parent === window) return;
  const root = document.documentElement;
  const tell = () => window.parent.postMessage({ gatelab: "height", height: Math.ceil(root.getBoundingClientRect().height) }, "*");
  new ResizeObserver(tell).observe(root);
  tell();
}
