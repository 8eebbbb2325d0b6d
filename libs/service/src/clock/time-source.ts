import { type TimeTelling } from './agree-on-time.ts';
import { type TimeAnswer, type TimeSample } from './ask-time-source.ts';

/** Why a source has no voice. */
export const voicelessStates = ['silent', 'unsure', 'unsynchronised', 'nonsense', 'refused'] as const;
export type Voiceless = { readonly state: (typeof voicelessStates)[number]; readonly why: string };

/** Packets are lost: a source's last word counts until it has missed so many rounds. */
const missedMax = 3;
/** Most rounds from one question to the next, for a source that wants fewer. */
const restMax = 16;
/** What servers say of themselves leaves out how the way there differs from the way back; nobody is called a liar for less. */
const leastBoundMs = 10;
/** By how much the monotonic clock may drift. */
const driftPerMs = 50 / 1_000_000;

/** One time server from round to round: its last word, and how often it may be asked. */
export class TimeSource {
  readonly name: string;
  readonly #boundMaxMs: number;
  #sample: TimeSample | null = null;
  #voiceless: Voiceless | null = null;
  #missed = 0;
  #everyRounds = 1;
  #rest = 0;
  #ended = false;

  /** A source that is less sure than `boundMaxMs` has no voice. */
  constructor(name: string, boundMaxMs: number) {
    this.name = name;
    this.#boundMaxMs = boundMaxMs;
  }

  /** Asks it in this round, unless it wants to be asked more seldom or no more. */
  async look(ask: () => Promise<TimeAnswer>): Promise<void> {
    if (this.#ended) return;
    if (this.#rest > 0) {
      this.#rest -= 1;
      return;
    }
    this.#take(await ask());
    this.#rest = this.#everyRounds - 1;
  }

  /** Why it has no voice; null where it has one, or has not been asked. */
  get voiceless(): Voiceless | null {
    return this.#voiceless;
  }

  /** Its last word, by now a little less sure. */
  telling(monotonicMs: number): TimeTelling | null {
    if (this.#sample === null) return null;
    const { leadMs, boundMs, takenAtMs } = this.#sample;
    const driftMs = (monotonicMs - takenAtMs) * driftPerMs;
    return { source: this.name, leadMs, boundMs: Math.max(boundMs, leastBoundMs) + driftMs };
  }

  #take(answer: TimeAnswer): void {
    switch (answer.kind) {
      case 'sample':
        return this.#hear(answer.sample);
      case 'silent':
        return this.#miss({ state: 'silent', why: answer.why });
      case 'kiss':
        return this.#obey(answer.code);
      case 'unsynchronised':
      case 'nonsense':
        return this.#lose({ state: answer.kind, why: answer.why });
    }
  }

  #hear(sample: TimeSample): void {
    if (sample.boundMs > this.#boundMaxMs) {
      return this.#lose({ state: 'unsure', why: `by ${Math.round(sample.boundMs)} ms` });
    }
    this.#sample = sample;
    this.#voiceless = null;
    this.#missed = 0;
  }

  #miss(voiceless: Voiceless): void {
    this.#missed += 1;
    if (this.#sample === null || this.#missed >= missedMax) this.#lose(voiceless);
  }

  /** As RFC 5905 (7.4) asks: what denies or restricts is left alone until the process starts anew. */
  #obey(code: 'DENY' | 'RSTR' | 'RATE'): void {
    if (code === 'RATE') {
      this.#everyRounds = Math.min(this.#everyRounds * 2, restMax);
      return this.#miss({ state: 'refused', why: 'RATE: it wants to be asked more seldom' });
    }
    this.#ended = true;
    this.#lose({ state: 'refused', why: `${code}: it is asked no more` });
  }

  #lose(voiceless: Voiceless): void {
    this.#sample = null;
    this.#voiceless = voiceless;
  }
}
