import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { type Clocks } from './clocks.ts';
import { type NtpReply, ntpRequest, readNtpReply } from './ntp-packet.ts';

export type TimeServer = { readonly name: string; readonly host: string; readonly port: number };

/** What the time is by a source, told so that it holds whatever becomes of the process's own clock. */
export type TimeSample = {
  /** True time less the monotonic clock. */
  readonly leadMs: number;
  /** By how much that may be wrong at most, when it was taken. */
  readonly boundMs: number;
  /** By the monotonic clock. */
  readonly takenAtMs: number;
};

/** What came of asking a source once. */
export type TimeAnswer =
  | { readonly kind: 'sample'; readonly sample: TimeSample }
  | Extract<NtpReply, { readonly kind: 'unsynchronised' | 'kiss' | 'nonsense' }>
  | { readonly kind: 'silent'; readonly why: string };

/** Clocks tick a little differently, and are read one after the other. */
const slackMs = 5;

/**
 * Asks a source once over UDP (SNTP, RFC 5905). Whatever is no answer to that very question is passed over, as a stranger may send it, and said
 * only if no other comes within `timeoutMs`. Never rejects.
 */
export async function askTimeSource(
  { host, port }: TimeServer,
  {
    timeoutMs,
    clocks,
    stopped,
  }: { readonly timeoutMs: number; readonly clocks: Clocks; readonly stopped: AbortSignal },
): Promise<TimeAnswer> {
  using asking = new DisposableStack();
  const { promise, resolve } = Promise.withResolvers<TimeAnswer>();
  let otherwise: TimeAnswer = { kind: 'silent', why: `no answer within ${timeoutMs} ms` };
  const end = () => resolve(otherwise);
  const fail = (error: Error) => resolve({ kind: 'silent', why: error.message });
  asking.adopt(setTimeout(end, timeoutMs), clearTimeout);
  if (stopped.aborted) end();
  stopped.addEventListener('abort', end);
  asking.defer(() => stopped.removeEventListener('abort', end));

  const ask = ({ address, family }: { readonly address: string; readonly family: number }) => {
    if (asking.disposed) return;
    const nonce = randomBytes(8);
    const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
    asking.defer(() => socket.close());
    let askedAtMs = 0;
    socket.on('error', fail);
    socket.on('message', (packet) => {
      const { wallMs, monotonicMs } = clocks();
      const reply = readNtpReply(packet, nonce, wallMs);
      if (reply.kind === 'stray') otherwise = { kind: 'nonsense', why: reply.why };
      else resolve(reply.kind === 'time' ? sampleOf(reply, askedAtMs, monotonicMs) : reply);
    });
    // Connected, so that nobody else's packets arrive and a closed port is told.
    socket.connect(port, address, () => {
      askedAtMs = clocks().monotonicMs;
      socket.send(ntpRequest(nonce), (error) => {
        if (error !== null) fail(error);
      });
    });
  };
  lookup(host).then(ask).catch(fail);
  return await promise;
}

function sampleOf(
  { receivedMs, sentMs, rootBoundMs }: Extract<NtpReply, { readonly kind: 'time' }>,
  askedAtMs: number,
  answeredAtMs: number,
): TimeAnswer {
  const delayMs = answeredAtMs - askedAtMs - (sentMs - receivedMs);
  if (delayMs < -slackMs) return { kind: 'nonsense', why: 'it says that it took longer than we waited' };
  return {
    kind: 'sample',
    sample: {
      leadMs: (receivedMs + sentMs) / 2 - (askedAtMs + answeredAtMs) / 2,
      // The way there and the way back may share the delay in any proportion.
      boundMs: Math.max(delayMs, 0) / 2 + rootBoundMs,
      takenAtMs: answeredAtMs,
    },
  };
}
