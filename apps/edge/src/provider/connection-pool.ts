import { Connection, type ConnectionOwner } from './connection.ts';
import { type AnswerLimits } from './answer-reader.ts';
import { type Dialled, type Dialling } from './dial.ts';
import { ProviderFault } from './provider-fault.ts';

/** An exchange that waits for a connection. */
export type Waiter = {
  /** Only a connection that has served nobody will do. */
  readonly wantsFresh: boolean;
  connected(connection: Connection): void;
  /** None can be had; called at most once, and not after `connected`. */
  fail(fault: ProviderFault): void;
};

export type PoolLimits = AnswerLimits & {
  readonly connectionsMax: number;
  readonly waitingMax: number;
  readonly keepAliveMs: number;
};

/** Counts what pools do; all hosts together. */
export type PoolCounts = {
  readonly opened: () => void;
  readonly refused: () => void;
};

/** Warm connections to one host. The one used last goes first, so that surplus ones grow old and are closed. */
export class ConnectionPool implements ConnectionOwner {
  readonly #dial: (callbacks: Dialled) => Dialling;
  readonly #limits: PoolLimits;
  readonly #counts: PoolCounts;
  /** The certificates in force; connections made with older ones are closed as they become idle. */
  readonly #generation: () => number;
  readonly #idle: Connection[] = [];
  /** In the order of their coming; no Set, for why see `legs-under-way.ts`. */
  readonly #waiting: Waiter[] = [];
  readonly #dialling = new Set<Dialling>();
  #open = 0;
  #closing: (() => void) | null = null;

  constructor(
    dial: (callbacks: Dialled) => Dialling,
    limits: PoolLimits,
    generation: () => number,
    counts: PoolCounts,
  ) {
    this.#dial = dial;
    this.#limits = limits;
    this.#generation = generation;
    this.#counts = counts;
  }

  /** How many connections serve, rest and are being made, and how many exchanges wait. */
  get sizes(): {
    readonly busy: number;
    readonly idle: number;
    readonly dialling: number;
    readonly waiting: number;
  } {
    const idle = this.#idle.length;
    return { busy: this.#open - idle, idle, dialling: this.#dialling.size, waiting: this.#waiting.length };
  }

  get isUnused(): boolean {
    return this.#open + this.#dialling.size + this.#waiting.length === 0;
  }

  /** Calls one of the waiter's functions, now or later. */
  acquire(waiter: Waiter): void {
    if (this.#closing !== null) return waiter.fail(new ProviderFault('lost', 'the edge is stopping'));
    // What rests has served, so it gives way.
    if (waiter.wantsFresh) for (const connection of this.#idle.splice(0)) connection.destroy();
    const idle = this.#takeIdle();
    if (idle !== undefined) return waiter.connected(idle);
    if (!this.#hasRoom() && this.#waiting.length >= this.#limits.waitingMax) {
      return waiter.fail(new ProviderFault('busy', 'the queue for a connection is full'));
    }
    this.#waiting.push(waiter);
    this.#dialForWaiting();
  }

  /** Forgets a waiter; a connection that was being made for it is broken off. Tells whether there was room to make one. */
  cancel(waiter: Waiter): boolean {
    const dialled = this.#dialling.size > 0;
    if (!this.#forget(waiter)) return dialled;
    // The newest first: the others are nearer to their end.
    for (const dialling of [...this.#dialling].toReversed()) {
      if (this.#dialling.size <= this.#waiting.length) break;
      this.#dialling.delete(dialling);
      dialling.destroy();
    }
    return dialled;
  }

  released(connection: Connection): void {
    if (this.#closing !== null || connection.generation !== this.#generation()) return connection.destroy();
    const next = this.#nextFor(connection);
    if (next === 'fresh') return connection.destroy();
    if (next !== undefined) {
      this.#forget(next);
      return next.connected(connection);
    }
    const { keepAliveMs } = this.#limits;
    // A second less than the provider said: a request on its way must not meet the closing.
    const promisedMs = connection.keepAliveMs === null ? keepAliveMs : connection.keepAliveMs - 1_000;
    if (promisedMs <= 0) return connection.destroy();
    connection.idleUntilMs = performance.now() + Math.min(keepAliveMs, promisedMs);
    this.#idle.push(connection);
  }

  closed(connection: Connection): void {
    this.#open--;
    const at = this.#idle.indexOf(connection);
    if (at !== -1) this.#idle.splice(at, 1);
    this.#dialForWaiting();
    if (this.#open === 0) this.#closing?.();
  }

  /** Closes what has been idle for too long, or was made with certificates that are no longer in force. */
  sweep(nowMs: number): void {
    const generation = this.#generation();
    const old = this.#idle.filter(
      (connection) => nowMs >= connection.idleUntilMs || connection.generation !== generation,
    );
    for (const connection of old) connection.destroy();
  }

  /** Serves nobody new, and resolves once those under way have ended. */
  async close(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#closing = resolve;
    for (const dialling of this.#dialling) dialling.destroy();
    this.#dialling.clear();
    for (const waiter of this.#waiting.splice(0))
      waiter.fail(new ProviderFault('lost', 'the edge is stopping'));
    for (const connection of this.#idle.splice(0)) connection.destroy();
    if (this.#open === 0) resolve();
    await promise;
  }

  /** Tells whether it was waiting. */
  #forget(waiter: Waiter): boolean {
    const at = this.#waiting.indexOf(waiter);
    if (at !== -1) this.#waiting.splice(at, 1);
    return at !== -1;
  }

  #takeIdle(): Connection | undefined {
    for (;;) {
      const connection = this.#idle.pop();
      if (connection === undefined || performance.now() < connection.idleUntilMs) return connection;
      connection.destroy();
    }
  }

  /** Who gets this connection: the first who waits and would have it; `fresh` where it must make room for a new one. */
  #nextFor(connection: Connection): Waiter | 'fresh' | undefined {
    for (const waiter of this.#waiting) {
      if (connection.begun === 0 || !waiter.wantsFresh) return waiter;
      // One is made at a time while others could use this one.
      if (this.#dialling.size === 0) return 'fresh';
    }
    return this.#waiting.length > this.#dialling.size ? 'fresh' : undefined;
  }

  #hasRoom(): boolean {
    return this.#open + this.#dialling.size < this.#limits.connectionsMax;
  }

  #dialForWaiting(): void {
    while (this.#closing === null && this.#waiting.length > this.#dialling.size && this.#hasRoom())
      this.#dialOne();
  }

  #dialOne(): void {
    const generation = this.#generation();
    const dialling = this.#dial({
      opened: (socket, incoming) => {
        this.#dialling.delete(dialling);
        this.#open++;
        this.#counts.opened();
        this.released(new Connection(socket, incoming, this, this.#limits, generation));
      },
      refused: (fault) => {
        this.#dialling.delete(dialling);
        this.#counts.refused();
        // Each attempt fails one exchange: the others have theirs, or the next one.
        const first = this.#waiting.shift();
        this.#dialForWaiting();
        first?.fail(fault);
      },
    });
    this.#dialling.add(dialling);
  }
}
