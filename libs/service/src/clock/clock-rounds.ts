import { agreeOnTime, type TimeAgreement } from './agree-on-time.ts';
import { askTimeSource, type TimeServer } from './ask-time-source.ts';
import { type ClockConfig } from './clock-environment.ts';
import { type Clocks } from './clocks.ts';
import { TimeSource, voicelessStates } from './time-source.ts';

/** What a source is seen to be; `unconfirmed` tells a time, but there is no majority to be held against. */
export const sourceStates = ['agrees', 'differs', 'unconfirmed', ...voicelessStates] as const;
export type SourceReport = {
  readonly source: string;
  readonly state: (typeof sourceStates)[number];
  /** The clock's offset by that source alone. */
  readonly offsetMs: number | null;
  readonly why: string | null;
};

/** Asks all sources, round by round, and holds them against one another. */
export class ClockRounds {
  readonly #sources: readonly (readonly [TimeServer, TimeSource])[];
  readonly #config: ClockConfig;
  readonly #clocks: Clocks;
  readonly #stopped: AbortSignal;
  #underWay: Promise<void> | null = null;
  #agreement: TimeAgreement | null = null;
  #last: TimeAgreement | null = null;
  #ended = 0;

  constructor(config: ClockConfig, clocks: Clocks, stopped: AbortSignal) {
    this.#config = config;
    this.#clocks = clocks;
    this.#stopped = stopped;
    this.#sources = config.servers.map((server) => [server, new TimeSource(server.name, config.offsetMaxMs)]);
  }

  /** One round; resolves once it is over. A round that is under way is not doubled. */
  async run(): Promise<void> {
    this.#underWay ??= this.#run().finally(() => {
      this.#underWay = null;
    });
    await this.#underWay;
  }

  async #run(): Promise<void> {
    const how = { timeoutMs: this.#config.timeoutMs, clocks: this.#clocks, stopped: this.#stopped };
    await Promise.all(
      this.#sources.map(([server, source]) => source.look(async () => await askTimeSource(server, how))),
    );
    const { monotonicMs } = this.#clocks();
    const tellings = this.#sources.flatMap(([, source]) => source.telling(monotonicMs) ?? []);
    this.#agreement = agreeOnTime(tellings, this.#sources.length);
    this.#last = this.#agreement ?? this.#last;
    this.#ended += 1;
  }

  /** How many rounds are over. */
  get ended(): number {
    return this.#ended;
  }

  /** What the last round agreed on; null without a majority. */
  get agreement(): TimeAgreement | null {
    return this.#agreement;
  }

  /** The clock's offset by the last majority that there was, however long ago; a clock that is set meanwhile shows at once. */
  lastOffsetMs(): number | null {
    return this.#last === null ? null : this.#offsetBy(this.#last.leadMs);
  }

  /** What each source is seen to be. */
  reports(): readonly SourceReport[] {
    const { monotonicMs } = this.#clocks();
    return this.#sources.map(([, source]) => {
      const telling = source.telling(monotonicMs);
      if (telling === null) {
        const { state, why } = source.voiceless ?? { state: 'silent', why: 'not asked yet' };
        return { source: source.name, state, offsetMs: null, why };
      }
      return {
        source: source.name,
        state: this.#standing(source.name),
        offsetMs: this.#offsetBy(telling.leadMs),
        why: null,
      };
    });
  }

  #standing(source: string): 'agrees' | 'differs' | 'unconfirmed' {
    if (this.#agreement === null) return 'unconfirmed';
    return this.#agreement.agreeing.has(source) ? 'agrees' : 'differs';
  }

  #offsetBy(leadMs: number): number {
    const { wallMs, monotonicMs } = this.#clocks();
    return Math.round(leadMs + monotonicMs - wallMs);
  }
}
