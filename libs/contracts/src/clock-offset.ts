/** How far a clock is off, as a person reads it. */
export function clockOffsetText(offsetMs: number): string {
  if (offsetMs === 0) return 'right to the millisecond';
  return `${Math.abs(offsetMs)} ms ${offsetMs > 0 ? 'behind' : 'ahead'}`;
}
