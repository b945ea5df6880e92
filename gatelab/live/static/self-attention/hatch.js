// Hatching stands where a mask hides an entry: no weight at all, not a small one.

/** Fill rectangles [x, y, width, height] with lines over the bare page. */
export function hatch(context, rectangles, ink, gap = 6) {
  if (!rectangles.length) return;
  const right = Math.max(...rectangles.map(([x, , width]) => x + width));
  const bottom = Math.max(...rectangles.map(([, y, , height]) => y + height));
  context.save();
  context.beginPath();
  for (const rectangle of rectangles) context.rect(...rectangle);
  context.clip();
  context.fillStyle = ink.paper;
  context.fillRect(0, 0, right, bottom);
  context.strokeStyle = ink.text;
  context.globalAlpha = 0.35;
  context.lineWidth = 1;
  context.beginPath();
  for (let at = gap; at < right + bottom; at += gap) {
    context.moveTo(at, 0);
    context.lineTo(at - bottom, bottom);
  }
  context.stroke();
  context.restore();
}
