import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Refusal } from '@ssp/spine';
import { answerHeaders } from '../answer/answer-headers.ts';
import { answerFields } from './answer-fields.ts';
import { AnswerBody } from './answer-body.ts';
import { type AnswerHead } from './answer-head.ts';
import { type Connection, type ConnectionUser } from './connection.ts';
import { type Waiter } from './connection-pool.ts';
import { type ForwardPlan } from './forward-plan.ts';
import { endToEndTrailers } from './hop-by-hop.ts';
import { isReset } from './is-reset.ts';
import { type TimedLeg } from './legs-under-way.ts';
import { providerFailure } from './provider-failure.ts';
import { type FaultKind, ProviderFault } from './provider-fault.ts';
import { RequestBody } from './request-body.ts';
import { requestHead } from './request-head.ts';

/** How often a request that no provider can have acted on is sent again. */
const retriesMax = 2;

/**
 * One exchange on its way to a provider and back. Bodies stream both ways with back-pressure; whichever side goes away, the
 * other is told at once.
 */
export class ProviderLeg implements ConnectionUser, TimedLeg, Waiter {
  place = 0;
  readonly #plan: ForwardPlan;
  readonly #req: IncomingMessage;
  readonly #res: ServerResponse;
  readonly #startedMs = performance.now();
  readonly #body: RequestBody | null;
  #connection: Connection | null = null;
  #retries = 0;
  #ended = false;
  #answering = false;
  /** Made for the first part of a body that comes in several. */
  #answer: AnswerBody | null = null;
  #announcedBytes = -1;
  /** When something last moved, or was asked for. */
  #movedMs = this.#startedMs;

  constructor(plan: ForwardPlan, req: IncomingMessage, res: ServerResponse) {
    this.#plan = plan;
    this.#req = req;
    this.#res = res;
    const { framing } = plan;
    this.#body =
      framing === 'none' || framing === 0
        ? null
        : new RequestBody(req, framing, plan.exchange, plan.readAhead, this);
  }

  /** The last time it is sent, no connection that died at rest may spoil it. */
  get wantsFresh(): boolean {
    return this.#retries === retriesMax;
  }

  start(): void {
    this.#res.once('close', () => this.#abandon());
    if (this.#res.destroyed) return this.#abandon();
    if (this.#body !== null) this.#plan.exchange.breakOff = (refusal) => this.#breakOff(refusal);
    this.#plan.legs.add(this);
    this.#plan.pool.acquire(this);
    if (this.#connection === null && !this.#ended) this.#body?.readEarly();
  }

  connected(connection: Connection): void {
    this.#connection = connection;
    this.#movedMs = performance.now();
    connection.begin(this);
    const { exchange, path, fields } = this.#plan;
    exchange.providerAddress = connection.address;
    const head = requestHead(exchange.method, path, fields);
    if (this.#body === null) {
      connection.write(head);
      connection.endRequest();
      return;
    }
    // Only now may the consumer send what it keeps back: it is allowed, admitted, audited, and there is somebody to take it.
    if (this.#req.headers.expect !== undefined) this.#res.writeContinue();
    this.#body.send(head, connection);
  }

  head(head: AnswerHead): void {
    if (this.#ended) return;
    const { exchange } = this.#plan;
    this.#movedMs = performance.now();
    this.#answering = true;
    exchange.timings.providerFirstByteMs = this.#movedMs - this.#startedMs;
    exchange.providerStatus = head.status;
    this.#announcedBytes = head.framing === 'length' ? head.length : -1;
    // A provider that speaks of CORS itself is not contradicted.
    if (exchange.crossOrigin !== null && hasField(head.headers, 'access-control-allow-origin'))
      exchange.crossOrigin = null;
    const inChunks = head.framing === 'chunked' && this.#req.httpVersionMinor > 0;
    const headers = answerFields(head, inChunks);
    for (const item of answerHeaders(exchange, this.#plan.via)) headers.push(item);
    this.#res.writeHead(head.status, head.reason, headers);
  }

  data(chunk: Buffer): void {
    if (this.#ended) return;
    const { exchange } = this.#plan;
    this.#movedMs = performance.now();
    exchange.responseBytes += chunk.length;
    if (exchange.responseBytes === this.#announcedBytes) {
      // The whole answer in one write where it came as one.
      this.#endAnswer(Buffer.from(chunk));
    } else {
      this.#answer ??= new AnswerBody(this.#res, this.#plan.parts, () => this.#someTaken());
      if (!this.#answer.send(chunk)) this.#connection?.pause();
    }
  }

  end(trailers: readonly string[]): void {
    if (this.#ended) return;
    this.#settle();
    this.#connection = null;
    this.#plan.exchange.outcome = 'forwarded';
    if (trailers.length > 0) this.#res.addTrailers(pairs(endToEndTrailers(trailers)));
    if (!this.#res.writableEnded) this.#endAnswer();
  }

  fail(fault: ProviderFault): void {
    if (this.#ended) return;
    if (this.#mayRetry(fault)) return this.#retry();
    const { exchange, host, path, timeoutStatus } = this.#plan;
    const target = `https://${host}${path.split('?', 1)[0]}`;
    this.#refuse(providerFailure(fault, { to: exchange.headers?.to ?? '', target, timeoutStatus }));
  }

  drained(): void {
    this.moved();
    this.#body?.resume();
  }

  /** Something of the request was taken by one side or the other. */
  moved(): void {
    this.#movedMs = performance.now();
  }

  /** Ends what takes too long. Called every so often, since a timer for each exchange would cost more than the rest. */
  checkTime(nowMs: number): void {
    const { timeouts, pool } = this.#plan;
    const quietMs = nowMs - this.#movedMs;
    if (this.#body?.isPaused === true && isReset(this.#req.socket)) this.#req.socket.destroy();
    else if (nowMs - this.#startedMs > timeouts.totalMs) this.#timeOut('total-timeout');
    else if (this.#connection === null) {
      if (quietMs <= timeouts.connectMs) return;
      this.#timeOut(pool.cancel(this) ? 'connect-timeout' : 'busy');
    } else if (this.#body?.isSent === false) {
      if (quietMs <= timeouts.idleMs) return;
      this.#timeOut(this.#connection.isBlocked || this.#answering ? 'idle-timeout' : 'consumer-stalled');
    } else if (!this.#answering) {
      if (quietMs > timeouts.firstByteMs) this.#timeOut('first-byte-timeout');
    } else if (quietMs > timeouts.idleMs) {
      if (this.#answer?.isPaused === true) this.#res.destroy();
      else this.#timeOut('idle-timeout');
    }
  }

  /** The consumer's own message turned out to be unsound. */
  #breakOff(refusal: Refusal): void {
    if (this.#ended) return;
    this.#letGo();
    this.#refuse(refusal);
  }

  #refuse(refusal: Refusal): void {
    this.#settle();
    this.#connection = null;
    this.#body?.discard();
    const { exchange, fail } = this.#plan;
    exchange.outcome = 'failed';
    exchange.refusal = refusal.code;
    exchange.refusalDetail = refusal.detail;
    // A clean end would pass a part off as the whole (spec 7.5).
    if (this.#res.headersSent) this.#res.destroy(refusal);
    else fail(refusal);
  }

  #timeOut(kind: FaultKind): void {
    this.#letGo();
    this.fail(new ProviderFault(kind, kind));
  }

  /** Only what nobody can have acted on: no body, no byte of an answer, and a connection that had idled before (spec 17.18). */
  #mayRetry(fault: ProviderFault): boolean {
    const connection = this.#connection;
    return (
      fault.kind === 'lost' &&
      connection !== null &&
      connection.begun > 1 &&
      !connection.hasHeard &&
      this.#plan.exchange.method === 'GET' &&
      this.#body === null &&
      this.#retries < retriesMax
    );
  }

  #retry(): void {
    const { pool, countRetry } = this.#plan;
    this.#connection = null;
    this.#retries++;
    countRetry();
    pool.acquire(this);
  }

  #someTaken(): void {
    this.moved();
    if (this.#answer?.isPaused === false) this.#connection?.resume();
  }

  #endAnswer(chunk?: Buffer): void {
    // A consumer that still sends is heard out, or it might never read its answer.
    this.#body?.discard();
    this.#answer?.flush();
    if (chunk === undefined) this.#res.end();
    else this.#res.end(chunk);
  }

  #abandon(): void {
    if (this.#ended) return;
    this.#plan.exchange.outcome = 'abandoned';
    this.#settle();
    this.#body?.discard();
    this.#letGo();
  }

  #letGo(): void {
    this.#plan.pool.cancel(this);
    this.#connection?.abort();
    this.#connection = null;
  }

  #settle(): void {
    this.#ended = true;
    this.#plan.legs.remove(this);
    this.#plan.exchange.timings.providerMs = performance.now() - this.#startedMs;
  }
}

function hasField(headers: readonly string[], lowerName: string): boolean {
  return headers.some((name, at) => at % 2 === 0 && name.toLowerCase() === lowerName);
}

function pairs(flat: readonly string[]): [string, string][] {
  const list: [string, string][] = [];
  for (let index = 0; index < flat.length; index += 2) list.push([flat[index] ?? '', flat[index + 1] ?? '']);
  return list;
}
