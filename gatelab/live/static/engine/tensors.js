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

/** The sigmoid, in [0, 1]. */
export const sigmoid = (x) => 1 / (1 + Math.exp(-x));

/** Scores (n,) as probabilities that sum to 1, into `out` (n,). */
export function softmax(scores, out) {
  let most = -Infinity;
  for (let k = 0; k < scores.length; k += 1) if (scores[k] > most) most = scores[k];
  let total = 0;
  for (let k = 0; k < scores.length; k += 1) total += Math.exp(scores[k] - most);
  for (let k = 0; k < scores.length; k += 1) out[k] = Math.exp(scores[k] - most) / total;
  return out;
}

/** Row k of a matrix whose rows are `width` long: a view. */
export const row = (matrix, width, k) => matrix.subarray(k * width, (k + 1) * width);
