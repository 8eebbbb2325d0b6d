import { type ThrottleAsk, type ThrottleCaller } from '@ssp/contracts';

/** What is under way with one provider, and what throttle was told of it. */
type ProviderCount = {
  readonly asid: string;
  inFlight: number;
  /** The sequence of the latest report that named it; -1 before the first. */
  toldIn: number;
  /** The beat in which that was. */
  toldAt: number;
};

/** An exchange's ask for room. It counts from when a call carries it until it ends, however it does. */
export type Place = {
  readonly ask: ThrottleAsk;
  /** Counts it; one that has ended before stays uncounted. */
  readonly give: () => void;
  /** May be called more than once. */
  readonly end: () => void;
};

/** A call's report; whether it arrived is told by one of the other two. */
export type Report = {
  readonly caller: ThrottleCaller;
  readonly arrived: () => void;
  readonly lost: () => void;
};

/**
 * Counts the exchanges that this edge has asked room for and that have not ended, and says what throttle is to be told of them.
 * `edge` names this process and is another one after each start.
 */
export class InFlight {
  readonly #edge: string;
  readonly #providers = new Map<string, ProviderCount>();
  /** Those whose count may not be what throttle holds. */
  readonly #untold = new Set<ProviderCount>();
  #inFlight = 0;
  #sequence = 0;
  #beat = 0;

  constructor(edge: string) {
    this.#edge = edge;
  }

  /** Gives an exchange's ask the means to be counted. */
  place(ask: ThrottleAsk): Place {
    return new CountedPlace(ask, this);
  }

  /** One exchange more with this provider. */
  enter(asid: string): ProviderCount {
    const provider = this.#of(asid);
    provider.inFlight += 1;
    this.#inFlight += 1;
    return provider;
  }

  /** One less. */
  leave(provider: ProviderCount): void {
    provider.inFlight -= 1;
    this.#inFlight -= 1;
    this.#untold.add(provider);
  }

  /** What a call with these asks says beside them, itself left out; from now on its exchanges count. */
  report(places: readonly Place[]): Report {
    for (const { ask } of places) this.#untold.add(this.#of(ask.to));
    const report = this.#report();
    for (const place of places) place.give();
    return report;
  }

  /**
   * What is to be told although nobody asks: counts that have changed, and those not told for a whole beat, since throttle
   * forgets what it does not hear of. Null where there is nothing to tell.
   */
  beat(): Report | null {
    for (const provider of this.#providers.values()) {
      if (provider.toldAt < this.#beat) this.#untold.add(provider);
    }
    this.#beat += 1;
    return this.#untold.size === 0 ? null : this.#report();
  }

  #of(asid: string): ProviderCount {
    const known = this.#providers.get(asid);
    if (known !== undefined) return known;
    const provider = { asid, inFlight: 0, toldIn: -1, toldAt: this.#beat };
    this.#providers.set(asid, provider);
    return provider;
  }

  #report(): Report {
    const sequence = this.#sequence++;
    const told = [...this.#untold];
    this.#untold.clear();
    const providers: Record<string, number> = {};
    for (const provider of told) {
      providers[provider.asid] = provider.inFlight;
      provider.toldIn = sequence;
      provider.toldAt = this.#beat;
    }
    return {
      caller: { edge: this.#edge, sequence, inFlight: this.#inFlight, providers },
      arrived: () => {
        for (const provider of told) this.#forgetIdle(provider, sequence);
      },
      lost: () => {
        for (const provider of told) if (provider.toldIn === sequence) this.#untold.add(provider);
      },
    };
  }

  /** Throttle knows that nothing is under way with it, so there is nothing left to tell. */
  #forgetIdle(provider: ProviderCount, sequence: number): void {
    if (provider.inFlight > 0 || provider.toldIn !== sequence || this.#untold.has(provider)) return;
    this.#providers.delete(provider.asid);
  }
}

class CountedPlace implements Place {
  readonly ask: ThrottleAsk;
  readonly #counts: InFlight;
  #provider: ProviderCount | null = null;
  #ended = false;

  constructor(ask: ThrottleAsk, counts: InFlight) {
    this.ask = ask;
    this.#counts = counts;
  }

  give(): void {
    if (!this.#ended) this.#provider = this.#counts.enter(this.ask.to);
  }

  end(): void {
    this.#ended = true;
    if (this.#provider === null) return;
    this.#counts.leave(this.#provider);
    this.#provider = null;
  }
}
