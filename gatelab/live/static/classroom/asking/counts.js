// Counts of answers as shares of them all. Pure.

/** @param {number[]} counts */
export const total = (counts) => counts.reduce((sum, count) => sum + count, 0);

/**
 * Whole percentages that add up to 100, or to 0 where nothing was counted: what is left after rounding down goes to the largest remainders.
 *
 * @param {number[]} counts
 */
export function percentages(counts) {
  const all = total(counts);
  if (!all) return counts.map(() => 0);
  const whole = counts.map((count) => Math.floor((100 * count) / all));
  const rest = counts.map((count) => (100 * count) % all);
  const order = counts.map((count, k) => k).sort((a, b) => rest[b] - rest[a] || counts[b] - counts[a] || a - b);
  for (const k of order.slice(0, 100 - total(whole))) whole[k] += 1;
  return whole;
}
