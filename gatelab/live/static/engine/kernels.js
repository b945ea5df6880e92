// Products over a batch of B strings: a vector of n entries is a matrix (n, B), row after row.

/** W x + b: into `out` (rows, B), from W (rows, columns), x (columns, B) and b (rows,), which may be missing. */
export function productOf(batch, weight, x, bias, out) {
  const [rows, columns] = [out.length / batch, x.length / batch];
  for (let row = 0; row < rows; row += 1) {
    const to = row * batch;
    out.fill(bias ? bias[row] : 0, to, to + batch);
    for (let k = 0; k < columns; k += 1) addTimes(batch, weight[row * columns + k], x, k * batch, out, to);
  }
}

/** Add W^T d to `out` (columns, B), from W (rows, columns) and d (rows, B). */
export function addTransposedOf(batch, weight, d, out) {
  const [rows, columns] = [d.length / batch, out.length / batch];
  for (let row = 0; row < rows; row += 1) {
    for (let k = 0; k < columns; k += 1) addTimes(batch, weight[row * columns + k], d, row * batch, out, k * batch);
  }
}

/** out[to ...] += factor * values[from ...], B entries. */
function addTimes(batch, factor, values, from, out, to) {
  for (let b = 0; b < batch; b += 1) out[to + b] += factor * values[from + b];
}

/** Add d x^T, summed over the batch, to `out` (rows, columns), from d (rows, B) and x (columns, B). */
export function addOuterOf(batch, d, x, out) {
  const [rows, columns] = [d.length / batch, x.length / batch];
  for (let row = 0; row < rows; row += 1) {
    for (let k = 0; k < columns; k += 1) {
      let sum = 0;
      for (let b = 0; b < batch; b += 1) sum += d[row * batch + b] * x[k * batch + b];
      out[row * columns + k] += sum;
    }
  }
}

/** Add d (rows, B), summed over the batch, to `out` (rows,). */
export function addEachOf(batch, d, out) {
  for (let row = 0; row < out.length; row += 1) {
    let sum = 0;
    for (let b = 0; b < batch; b += 1) sum += d[row * batch + b];
    out[row] += sum;
  }
}
