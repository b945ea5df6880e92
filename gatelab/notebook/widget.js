// What runs in a notebook, see https://anywidget.dev/en/afm/: the document of a stage in a frame. What is typed there goes to the kernel, and its traces come back.

const AT_FIRST = 900; // CSS pixels, until the document has said how high it is
const [LOWEST, HIGHEST] = [100, 10000];

/** A message of the kernel as the frame takes it: a copy of the bytes, which come as a view of a larger buffer. */
function handed({ asked, error }, buffers) {
  if (!buffers?.length) return { gatelab: "trace", asked, error };
  const { buffer = buffers[0], byteOffset = 0, byteLength } = buffers[0];
  return { gatelab: "trace", asked, bytes: new Uint8Array(buffer, byteOffset, byteLength).slice() };
}

function render({ model, el }) {
  const [height, frame] = [model.get("height"), document.createElement("iframe")];
  frame.setAttribute("sandbox", model.get("sandbox"));
  frame.title = model.get("title");
  frame.style.cssText = `width: 100%; height: ${height || AT_FIRST}px; border: 0`;
  const heard = ({ source, data }) => {
    if (source !== frame.contentWindow) return;
    if (data?.gatelab === "height" && data.height > 0 && !height) frame.style.height = `${Math.min(HIGHEST, Math.max(LOWEST, data.height))}px`;
    if (data?.gatelab === "text") model.send({ text: String(data.text), asked: Number(data.asked) });
  };
  const answered = (message, buffers) => frame.contentWindow?.postMessage(handed(message, buffers), "*");
  window.addEventListener("message", heard);
  model.on("msg:custom", answered);
  frame.srcdoc = model.get("document");
  el.append(frame);
  return () => {
    window.removeEventListener("message", heard);
    model.off("msg:custom", answered);
  };
}

export default { render };
