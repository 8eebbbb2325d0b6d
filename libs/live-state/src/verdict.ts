/** How urgent something is to an operator: nothing to do, to be kept in view, or to be acted on now. */
export type Verdict = 'good' | 'watch' | 'act';

/** The verdict of an amount that should be small. */
export function judgeAmount(amount: number, { watch, act }: Bounds): Verdict {
  // What is not a number is not known, which nobody should take for good.
  if (!(amount <= act)) return 'act';
  return amount <= watch ? 'good' : 'watch';
}

/** The largest amounts that are still good, and still no reason to act. */
export type Bounds = { readonly watch: number; readonly act: number };
