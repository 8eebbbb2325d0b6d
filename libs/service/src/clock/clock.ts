/** What a process knows of how right its clock is. */
export type Clock = {
  /** True time less the process's own, in whole milliseconds: above zero where its clock is behind; null where that is not known. */
  readonly offsetMs: () => number | null;
};

/** Of a process that does not measure. */
export const unmeasuredClock: Clock = { offsetMs: () => null };
