/** Says yes to so many of a minute by the clock, and no to the rest of it. */
export function fewEachMinute(most: number): () => boolean {
  let minute = 0;
  let asked = 0;
  return () => {
    const now = Math.floor(Date.now() / 60_000);
    if (now !== minute) [minute, asked] = [now, 0];
    asked += 1;
    return asked <= most;
  };
}
