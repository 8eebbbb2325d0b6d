import { setTimeout as delay } from 'node:timers/promises';
import { type Spool } from '@ssp/spool';
import { type Logger } from 'pino';
import { type BatchSender } from './batch-sender.ts';
import { EVENT_LENGTH_MAX, EventQueue, type QueuedEvent } from './event-queue.ts';
import { EventTooLargeError, NotKeptError, PublisherClosedError } from './publisher-errors.ts';
import { fromPayload, toPayload } from './spooled-event.ts';
import { type SpoolingMetrics } from './spooling-metrics.ts';
import { WakeUp } from './wake-up.ts';

/** As many as one send takes: so few are sent sooner than new events would have to wait for the disk. */
const HAND_OVER_EVENTS = 500;
const READ_AGAIN_MS = 1_000;

export type SpoolingLimits = {
  /** How long an event that nobody waits for may stay behind. */
  readonly lingerMs: number;
  /** How long Kafka may take to acknowledge before the disk is used instead. */
  readonly patienceMs: number;
  /** How long the disk may take before a publish is refused. */
  readonly diskTimeoutMs: number;
  /** Events that neither Kafka nor the disk takes wait in memory, as many as this. */
  readonly maxQueuedEvents: number;
};

/** A send on its way, and whether the spool got the same events meanwhile; null where it was not asked to. */
type UnderWay = { readonly events: readonly QueuedEvent[]; copied: Promise<boolean> | null };

/**
 * The one queue of events before Kafka. While Kafka acknowledges in time it is in memory alone. When it does not, what waits goes to the
 * spool, and so does all that comes after it, until the spool is all but empty again: thus events leave in the order in which they came.
 */
export class SpooledPublisher {
  readonly #sender: BatchSender;
  readonly #spool: Spool;
  readonly #limits: SpoolingLimits;
  readonly #metrics: SpoolingMetrics;
  readonly #log: Logger;
  readonly #queue = new EventQueue({ maxEvents: HAND_OVER_EVENTS, maxBytes: EVENT_LENGTH_MAX });
  readonly #wakeUp: WakeUp;
  readonly #keeping = new Set<Promise<boolean>>();
  #isSpooling: boolean;
  #isClosing = false;
  #underWay: UnderWay | null = null;
  #patience: NodeJS.Timeout | null = null;

  constructor(
    sender: BatchSender,
    spool: Spool,
    limits: SpoolingLimits,
    metrics: SpoolingMetrics,
    log: Logger,
  ) {
    this.#sender = sender;
    this.#spool = spool;
    this.#limits = limits;
    this.#metrics = metrics;
    this.#log = log;
    this.#wakeUp = new WakeUp(limits.lingerMs);
    this.#isSpooling = spool.size > HAND_OVER_EVENTS;
  }

  /** Whether new events go to the disk and not straight to Kafka. */
  get isSpooling(): boolean {
    return this.#isSpooling;
  }

  /** Takes an event in its turn. Throws PublisherClosedError or EventTooLargeError. */
  take(event: QueuedEvent): void {
    if (this.#isClosing) throw new PublisherClosedError('the publisher is closing');
    if (event.value.length > EVENT_LENGTH_MAX)
      throw new EventTooLargeError(`an event of ${event.value.length} characters`);
    if (this.#isSpooling) {
      this.#keep([event]);
      this.#wakeUp.soon();
      return;
    }
    this.#queue.push(event);
    this.#patience ??= setTimeout(() => this.#spill(), this.#limits.patienceMs);
    if (event.settle) this.#wakeUp.now();
    else this.#wakeUp.soon();
  }

  /** Sends until it is closed and nothing is left in memory, or until the sender is closed. */
  async run(): Promise<void> {
    await this.#sender.connect();
    for (;;) {
      if (this.#spool.size > 0 && !this.#isClosing) {
        await this.#sendSpooled();
        continue;
      }
      if (!this.#queue.hasAwaited && !this.#isClosing) await this.#wakeUp.wait();
      if (this.#queue.size === 0 && this.#isClosing) return;
      await this.#sendQueued();
    }
  }

  /** Takes nothing more, and lets `run` end once Kafka has what is in memory; puts it on the disk where the spool is in use. */
  beginClosing(): void {
    this.#isClosing = true;
    if (this.#isSpooling || this.#spool.size > 0) this.putOnDisk();
    this.#wakeUp.now();
  }

  /** Puts all that is in memory on the disk, whatever Kafka does. */
  putOnDisk(): void {
    if (this.#isSpooling) this.#keepQueued();
    else this.#spill();
  }

  /** Once nothing is sent any more: what neither Kafka nor the disk has. */
  async leftOver(): Promise<readonly QueuedEvent[]> {
    while (this.#keeping.size > 0) await Promise.all(this.#keeping);
    const { events, copied } = this.#underWay ?? { events: [], copied: null };
    const left = (await copied) === true ? [] : [...events];
    while (this.#queue.size > 0) left.push(...this.#queue.take());
    return left;
  }

  async #sendQueued(): Promise<void> {
    this.#wakeUp.reset();
    const events = this.#queue.take();
    if (this.#queue.size > 0) this.#wakeUp.soon();
    if (events.length === 0) return;
    const underWay: UnderWay = { events, copied: null };
    this.#underWay = underWay;
    await this.#sender.send(events);
    this.#calm();
    // The spool was empty when these were taken, so that they are the first in it.
    if (await underWay.copied) await this.#spool.deliver(events.length);
    this.#underWay = null;
    this.#handOver();
  }

  async #sendSpooled(): Promise<void> {
    let payloads: readonly (string | null)[];
    try {
      payloads = await this.#spool.peek(HAND_OVER_EVENTS, EVENT_LENGTH_MAX);
    } catch (error) {
      this.#log.fatal({ err: error }, 'the spool cannot be read');
      await delay(READ_AGAIN_MS);
      return;
    }
    const events = payloads.filter((payload) => payload !== null).map(fromPayload);
    if (events.length > 0) await this.#sender.send(events);
    if (payloads.length > 0) await this.#spool.deliver(payloads.length);
    this.#handOver();
  }

  /** Goes back to memory once the spool holds no more than the next send takes; that goes out first. */
  #handOver(): void {
    if (!this.#isSpooling || this.#spool.size > HAND_OVER_EVENTS) return;
    this.#isSpooling = false;
    this.#metrics.spooling.set(0);
    this.#log.info('Kafka acknowledges again, and the spool is all but empty');
  }

  /** Starts the wait for the next acknowledgement anew. */
  #calm(): void {
    if (this.#patience) clearTimeout(this.#patience);
    this.#patience = null;
    if (this.#queue.size > 0 && !this.#isSpooling)
      this.#patience = setTimeout(() => this.#spill(), this.#limits.patienceMs);
  }

  #spill(): void {
    if (this.#patience) clearTimeout(this.#patience);
    this.#patience = null;
    if (this.#isSpooling) return;
    this.#isSpooling = true;
    this.#metrics.spooling.set(1);
    this.#metrics.spills.inc();
    this.#log.warn(
      { afterMs: this.#limits.patienceMs },
      'Kafka does not acknowledge: events go to the spool',
    );
    // The send goes on: when it succeeds after all, its copies leave the spool unsent.
    if (this.#underWay) this.#underWay.copied = this.#copy(this.#underWay.events);
    this.#keepQueued();
  }

  #keepQueued(): void {
    for (let rest = this.#queue.size; rest > 0;) {
      const events = this.#queue.take();
      rest -= events.length;
      this.#keep(events);
    }
  }

  /** Puts events on the disk; what it does not take waits in memory, but whoever publishes is refused. */
  #keep(events: readonly QueuedEvent[]): void {
    void this.#copyOrHold(events);
  }

  async #copyOrHold(events: readonly QueuedEvent[]): Promise<void> {
    if (await this.#copy(events)) return;
    for (const event of events) this.#hold(event);
  }

  #hold({ topic, value }: QueuedEvent): void {
    if (this.#queue.size >= this.#limits.maxQueuedEvents) {
      this.#metrics.lost.inc({ topic });
      return;
    }
    this.#queue.push({ topic, value, settle: null });
    this.#wakeUp.soon();
  }

  /** Whether the disk has these events; tells whoever waits for them. */
  #copy(events: readonly QueuedEvent[]): Promise<boolean> {
    const settle = (error?: Error) => {
      for (const event of events) event.settle?.(error);
    };
    const late = setTimeout(
      () => settle(new NotKeptError('Kafka does not acknowledge and the disk does not answer')),
      this.#limits.diskTimeoutMs,
    );
    const copying = this.#spool
      .append(events.map(toPayload), Date.now())
      .then(() => {
        settle();
        return true;
      })
      .catch((cause: unknown) => {
        settle(new NotKeptError('Kafka does not acknowledge and the spool takes nothing', { cause }));
        return false;
      })
      .finally(() => {
        clearTimeout(late);
        this.#keeping.delete(copying);
      });
    this.#keeping.add(copying);
    return copying;
  }
}
