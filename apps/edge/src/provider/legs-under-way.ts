/** An exchange that is looked at for the time it takes. */
export type TimedLeg = {
  /** Where it stands among the others; kept by them alone. */
  place: number;
  checkTime(nowMs: number): void;
};

/**
 * The exchanges under way with providers. An array, and not a Set: a Set so often added to and deleted from leaves one outgrown table after
 * the other, each with what it last held and a link to the next. Once a full garbage collection has made one of them old, minor ones
 * keep all that follow, and with them every exchange, until the next full one.
 */
export class LegsUnderWay {
  readonly #legs: TimedLeg[] = [];

  add(leg: TimedLeg): void {
    leg.place = this.#legs.push(leg) - 1;
  }

  /** Does nothing to one that is not among them. */
  remove(leg: TimedLeg): void {
    if (this.#legs[leg.place] !== leg) return;
    const last = this.#legs.pop();
    if (last === undefined || last === leg) return;
    this.#legs[leg.place] = last;
    last.place = leg.place;
  }

  /** From the last to the first, so that one that ends moves none that is still to be looked at. */
  checkTime(nowMs: number): void {
    for (let place = this.#legs.length - 1; place >= 0; place--) this.#legs[place]?.checkTime(nowMs);
  }
}
