// Products over a batch of B strings: a vector of n entries is a matrix (n, B), row after row.
//
// Each of the three is a sum of products, out[i, j] = sum over m of a[i, m] b[m, j], with its factors laid out in its own way. `block` takes four
// rows and two columns at once, so that six numbers are read for eight products; what is left over is summed one by one.

/**
 * out[i, j] += sum over m of a(i, m) b(m, j), where a number's place is its row times one stride plus its column times another.
 *
 * @param {number} rows of out; @param {number} columns of out; @param {number} sums how many products each has
 * @param {Float64Array} a @param {number} ai stride of i @param {number} am stride of m
 * @param {Float64Array} b @param {number} bm stride of m @param {number} bj stride of j
 * @param {Float64Array} out (rows, columns)
 */
function addProducts(rows, columns, sums, a, ai, am, b, bm, bj, out) {
  const [fours, twos] = [rows - (rows % 4), columns - (columns % 2)];
  for (let i = 0; i < fours; i += 4) {
    for (let j = 0; j < twos; j += 2) block(i, j, columns, sums, a, ai, am, b, bm, bj, out);
  }
  for (let i = 0; i < rows; i += 1) {
    for (let j = i < fours ? twos : 0; j < columns; j += 1) {
      let sum = 0;
      for (let m = 0; m < sums; m += 1) sum += a[i * ai + m * am] * b[m * bm + j * bj];
      out[i * columns + j] += sum;
    }
  }
}

function block(i, j, columns, sums, a, ai, am, b, bm, bj, out) {
  let [p, q, r, s, t, u, v, w] = [0, 0, 0, 0, 0, 0, 0, 0];
  let [one, left] = [i * ai, j * bj];
  for (let m = 0; m < sums; m += 1) {
    const x = b[left];
    const y = b[left + bj];
    const [k, l, n, o] = [a[one], a[one + ai], a[one + 2 * ai], a[one + 3 * ai]];
    p += k * x;
    q += k * y;
    r += l * x;
    s += l * y;
    t += n * x;
    u += n * y;
    v += o * x;
    w += o * y;
    one += am;
    left += bm;
  }
  const to = i * columns + j;
  out[to] += p;
  out[to + 1] += q;
  out[to + columns] += r;
  out[to + columns + 1] += s;
  out[to + 2 * columns] += t;
  out[to + 2 * columns + 1] += u;
  out[to + 3 * columns] += v;
  out[to + 3 * columns + 1] += w;
}

/** W x + b: into `out` (rows, B), from W (rows, columns), x (columns, B) and b (rows,), which may be missing. */
export function productOf(batch, weight, x, bias, out) {
  const [rows, columns] = [out.length / batch, x.length / batch];
  if (bias) for (let row = 0; row < rows; row += 1) out.fill(bias[row], row * batch, (row + 1) * batch);
  else out.fill(0);
  addProducts(rows, batch, columns, weight, columns, 1, x, batch, 1, out);
}

/** Add W^T d to `out` (columns, B), from W (rows, columns) and d (rows, B). */
export function addTransposedOf(batch, weight, d, out) {
  const [rows, columns] = [d.length / batch, out.length / batch];
  addProducts(columns, batch, rows, weight, 1, columns, d, batch, 1, out);
}

/** Add d x^T, summed over the batch, to `out` (rows, columns), from d (rows, B) and x (columns, B). */
export function addOuterOf(batch, d, x, out) {
  addProducts(d.length / batch, x.length / batch, batch, d, batch, 1, x, 1, batch, out);
}

/** Add d (rows, B), summed over the batch, to `out` (rows,). */
export function addEachOf(batch, d, out) {
  for (let row = 0; row < out.length; row += 1) {
    let sum = 0;
    for (let b = 0; b < batch; b += 1) sum += d[row * batch + b];
    out[row] += sum;
  }
}
