// The one cursor: the same column framed in the ribbon and in every heatmap.

/** Frame the cursor's column on a canvas that was drawn over the view. */
export function draw(canvas, { record, view, cursor, ink }, width = view.step, half = 0) {
  if (cursor < view.start || cursor >= view.end(record.steps)) return;
  const context = canvas.getContext("2d");
  const ratio = window.devicePixelRatio || 1;
  const x = (cursor - view.start) * width + half;
  context.strokeStyle = ink.cursor;
  context.lineWidth = 2;
  context.strokeRect(x, -2, width, canvas.height / ratio + 4);
}
