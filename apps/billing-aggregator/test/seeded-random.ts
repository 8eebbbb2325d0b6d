/** Whole numbers from 0 to below a bound that are the same for the same seed. */
export function seededRandom(seed: number): (bound: number) => number {
  let state = seed >>> 0;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    // The upper bits: the lower ones of such a generator repeat soon.
    return Math.floor((state / 2 ** 32) * bound);
  };
}
