// Matrices and vectors in plain loops: a matrix is one typed array, row after row.
//
// All is computed and kept in JavaScript's own numbers, which have 64 bits: it takes no longer than with 32, and is nearer to the truth
// and to what PyTorch gives in either. Only an answer is rounded to 32 bits (`Table.copy` in steps.js), as the server's are.

/** W x + b: into `out` (rows,), from W (rows, columns), x (columns,) and b (rows,), which may be missing. */
export function product(weight, x, bias, out) {
  const columns = x.length;
  const rows = out.length;
  let row = 0;
  for (; row + 4 <= rows; row += 4) { // four rows at once: x is read once for all of them
    const [one, two, three, four] = [row * columns, (row + 1) * columns, (row + 2) * columns, (row + 3) * columns];
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let k = 0; k < columns; k += 1) {
      const value = x[k];
      a += weight[one + k] * value;
      b += weight[two + k] * value;
      c += weight[three + k] * value;
      d += weight[four + k] * value;
    }
    out[row] = a;
    out[row + 1] = b;
    out[row + 2] = c;
    out[row + 3] = d;
  }
  for (; row < rows; row += 1) {
    let sum = 0;
    for (let k = 0; k < columns; k += 1) sum += weight[row * columns + k] * x[k];
    out[row] = sum;
  }
  if (bias) for (let k = 0; k < rows; k += 1) out[k] += bias[k];
  return out;
}

/** X W^T: what `product` gives for each row of X (count, columns), into `out` (count, rows). */
export function products(weight, xs, columns, out) {
  const [count, rows] = [xs.length / columns, weight.length / columns];
  const [evenly, fours] = [count - (count % 2), rows - (rows % 4)];
  const rest = (k, from) => product(weight.subarray(from * columns), row(xs, columns, k), undefined, row(out, rows, k).subarray(from));
  for (let at = 0; at < fours; at += 4) {
    for (let k = 0; k < evenly; k += 2) eight(weight, at, xs, k, columns, out, rows);
  }
  for (let k = 0; k < count; k += 1) rest(k, k < evenly ? fours : 0);
  return out;
}

/** Two rows of X by four rows of W at once: six numbers are read for eight products. */
function eight(weight, at, xs, k, columns, out, rows) {
  const [one, two, three, four] = [at * columns, (at + 1) * columns, (at + 2) * columns, (at + 3) * columns];
  const [upper, lower, to] = [k * columns, (k + 1) * columns, k * rows + at];
  let [a, b, c, d, e, f, g, h] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let j = 0; j < columns; j += 1) {
    const x = xs[upper + j];
    const y = xs[lower + j];
    a += weight[one + j] * x;
    e += weight[one + j] * y;
    b += weight[two + j] * x;
    f += weight[two + j] * y;
    c += weight[three + j] * x;
    g += weight[three + j] * y;
    d += weight[four + j] * x;
    h += weight[four + j] * y;
  }
  out[to] = a;
  out[to + 1] = b;
  out[to + 2] = c;
  out[to + 3] = d;
  out[to + rows] = e;
  out[to + rows + 1] = f;
  out[to + rows + 2] = g;
  out[to + rows + 3] = h;
}

/** The sigmoid, in [0, 1]. */
export const sigmoid = (x) => 1 / (1 + Math.exp(-x));

/** Scores (n,) as probabilities that sum to 1, into `out` (n,), which may be the scores themselves. */
export function softmax(scores, out) {
  let most = -Infinity;
  for (let k = 0; k < scores.length; k += 1) if (scores[k] > most) most = scores[k];
  let total = 0;
  for (let k = 0; k < scores.length; k += 1) total += out[k] = Math.exp(scores[k] - most);
  for (let k = 0; k < scores.length; k += 1) out[k] /= total;
  return out;
}

/** Row k of a matrix whose rows are `width` long: a view. */
export const row = (matrix, width, k) => matrix.subarray(k * width, (k + 1) * width);

/** Add W^T d to `out` (columns,), from W (rows, columns) and d (rows,): what a product passes back to its x. */
export function addTransposed(weight, d, out) {
  const columns = out.length;
  for (let row = 0; row < d.length; row += 1) {
    for (let k = 0; k < columns; k += 1) out[k] += d[row] * weight[row * columns + k];
  }
}

/** Add d x^T to `out` (rows, columns), from d (rows,) and x (columns,): what a product passes back to its W. */
export function addOuter(d, x, out) {
  for (let row = 0; row < d.length; row += 1) {
    for (let k = 0; k < x.length; k += 1) out[row * x.length + k] += d[row] * x[k];
  }
}

/** Add one vector to another. */
export function add(values, out) {
  for (let k = 0; k < out.length; k += 1) out[k] += values[k];
}

/** The place of the largest of some numbers; `of` is what is compared. */
export const argmax = (values, of = (value) => value) => values.reduce((best, value, k) => (of(value) > of(values[best]) ? k : best), 0);
