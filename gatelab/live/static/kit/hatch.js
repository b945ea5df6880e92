// Hatching: over the bare page where a mask hides an entry, which has no weight at all, not a small one; over a color where a value is held.

/** Fill rectangles [x, y, width, height] with lines over the bare page; where `over` is true, over what stands there. */
export function hatch(context, rectangles, ink, gap = 6, over = false) {
  if (!rectangles.length) return;
  const right = Math.max(...rectangles.map(([x, , width]) => x + width));
  const bottom = Math.max(...rectangles.map(([, y, , height]) => y + height));
  context.save();
  context.beginPath();
  for (const rectangle of rectangles) context.rect(...rectangle);
  context.clip();
  context.fillStyle = ink.paper;
  if (!over) context.fillRect(0, 0, right, bottom);
  context.beginPath();
  for (let at = gap; at < right + bottom; at += gap) {
    context.moveTo(at, 0);
    context.lineTo(at - bottom, bottom);
  }
  const lines = over ? [[ink.paper, 0.9, 3], [ink.text, 0.9, 1]] : [[ink.text, 0.35, 1]]; // seen on every color
  for (const [color, alpha, wide] of lines) {
    Object.assign(context, { strokeStyle: color, globalAlpha: alpha, lineWidth: wide });
    context.stroke();
  }
  context.restore();
}
