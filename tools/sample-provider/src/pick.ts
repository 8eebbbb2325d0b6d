/** Chooses by a number alone, so that the same patient looks the same after every start. */
export function pick<Choice>(choices: readonly [Choice, ...Choice[]], seed: number): Choice {
  // Knuth's multiplicative hash: neighbouring seeds land far apart.
  return choices[(Math.imul(seed, 2_654_435_761) >>> 8) % choices.length] ?? choices[0];
}
