// How well single values tell something of a text: AUC where it is so or not, Spearman where it is a number. And which units tell it best.

/** The ranks of (n,) values from 1; equal values share their mean rank. */
export function ranks(values) {
  const order = Float64Array.from(values.keys()).sort((a, b) => values[a] - values[b]);
  const out = new Float64Array(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && values[order[to]] === values[order[from]]) to += 1;
    for (let k = from; k < to; k += 1) out[order[k]] = (from + to + 1) / 2;
    from = to;
  }
  return out;
}

/**
 * How often a value where something is so is larger than one where it is not; ties count half (Mann and Whitney 1947).
 *
 * @param values (n,); @param {ArrayLike<boolean>} truth (n,)
 * @returns {number} in [0, 1], 0.5 is chance; NaN where it is always so, or never
 */
export function auc(values, truth) {
  const rank = ranks(values);
  let [yes, sum] = [0, 0];
  for (let k = 0; k < rank.length; k += 1) {
    if (!truth[k]) continue;
    yes += 1;
    sum += rank[k];
  }
  return (sum - (yes * (yes + 1)) / 2) / (yes * (rank.length - yes));
}

/** Spearman's rank correlation of two lists of n values, in [-1, 1]; NaN where one of them never changes. */
export const spearman = (one, other) => correlation(ranks(one), ranks(other));

/** Pearson's correlation. */
function correlation(one, other) {
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [a, b] = [mean(one), mean(other)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let k = 0; k < one.length; k += 1) {
    ab += (one[k] - a) * (other[k] - b);
    aa += (one[k] - a) ** 2;
    bb += (other[k] - b) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}

/** The measure of a property {values, where, yes}: AUC where it is so or not (`yes`), else Spearman; with the value that chance has. */
export const measureOf = ({ yes }) => (yes ? { called: "AUC", score: auc, chance: 0.5 } : { called: "Spearman", score: spearman, chance: 0 });

/** How well one value of one unit tells a property, at the steps at which that is known; NaN where nothing can be said. */
export function measured(tables, { name, unit }, property) {
  const steps = property.where;
  return measureOf(property).score(steps.map((t) => tables[name].row(t)[unit]), steps.map((t) => property.values[t]));
}

/**
 * The units that tell a property best, each by the value that tells it best.
 *
 * @param tables - of each name the values, `row(t)` (H,) at each step; @param {number} size H
 * @param property - {values (T,), where: the steps at which it is known, yes: whether it is so or not}
 * @returns {{name: string, unit: number, score: number}[]} the best first, at most `count`; none where nothing can be said
 */
export function best(tables, size, property, count = 8) {
  const { chance } = measureOf(property);
  const far = ({ score }) => Math.abs(score - chance);
  const units = Array.from({ length: size }, (_, unit) => {
    const each = Object.keys(tables).map((name) => ({ name, unit, score: measured(tables, { name, unit }, property) }));
    return each.filter(({ score }) => !Number.isNaN(score)).reduce((one, other) => (one && far(one) >= far(other) ? one : other), null);
  });
  return units.filter(Boolean).sort((one, other) => far(other) - far(one)).slice(0, count);
}
