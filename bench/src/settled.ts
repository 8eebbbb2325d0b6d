/** The last slices are compared with as many before them. */
const window = 3;
/** Noise of the machine is of this size; a fall beyond it is the compilers' work. */
const fallMax = 0.03;

/** Whether costs, in the order in which they were measured, have stopped falling: the mean of the last three against the three before. */
export function hasSettled(costs: readonly number[]): boolean {
  if (costs.length < 2 * window) return false;
  return mean(costs.slice(-window)) >= (1 - fallMax) * mean(costs.slice(-2 * window, -window));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
