import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** How a stub answers; what is left out is as a sound server has it. */
export type TimeServerConduct = {
  /** Its clock less that of the test. */
  readonly offsetMs?: number;
  readonly stratum?: number;
  readonly leap?: number;
  readonly rootDelayMs?: number;
  readonly rootDispersionMs?: number;
  /** The code of a kiss-o'-death, in place of the time. */
  readonly kiss?: string;
  readonly silent?: boolean;
  /** What it sends in place of the packet, one after the other. */
  readonly sending?: (packet: Buffer) => readonly Buffer[];
};

/** A time server (NTP over UDP) that can lie, be silent, refuse and send nonsense. */
export type StubTimeServer = {
  /** `host:port`, as `NTP_SERVERS` has it. */
  readonly address: string;
  /** The questions, in the order in which they came. */
  readonly questions: readonly Buffer[];
  /** Replaces how it answers from now on. */
  readonly conduct: (conduct: TimeServerConduct) => void;
};

/** Starts a time server, on a free loopback port unless told; `nowMs` is the clock that it goes by. */
export async function startStubTimeServer(
  first: TimeServerConduct,
  resources: AsyncDisposableStack,
  nowMs: () => number = Date.now,
  { host, port } = { host: '127.0.0.1', port: 0 },
): Promise<StubTimeServer> {
  let conduct = first;
  const questions: Buffer[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (question, from) => {
    questions.push(question);
    if (conduct.silent === true) return;
    const packet = answerTo(question, nowMs() + (conduct.offsetMs ?? 0), conduct);
    for (const one of conduct.sending?.(packet) ?? [packet]) socket.send(one, from.port, from.address);
  });
  socket.bind(port, host);
  await once(socket, 'listening');
  resources.defer(async () => {
    socket.close();
    await once(socket, 'close');
  });
  return {
    address: `${host}:${socket.address().port}`,
    questions,
    conduct: (replacement) => {
      conduct = replacement;
    },
  };
}

/** The packet of RFC 5905, 7.3. */
function answerTo(question: Buffer, atMs: number, conduct: TimeServerConduct): Buffer {
  const { stratum = 2, leap = 0, rootDelayMs = 0, rootDispersionMs = 0, kiss } = conduct;
  const packet = Buffer.alloc(48);
  packet.writeUInt8((leap << 6) | (4 << 3) | 4, 0);
  packet.writeUInt8(kiss === undefined ? stratum : 0, 1);
  // Whole milliseconds.
  packet.writeInt8(-10, 3);
  packet.writeUInt32BE(Math.round((rootDelayMs / 1_000) * 65_536), 4);
  packet.writeUInt32BE(Math.round((rootDispersionMs / 1_000) * 65_536), 8);
  packet.write(kiss ?? 'LOCL', 12, 'latin1');
  writeTimestamp(packet, 16, atMs - 1_000);
  question.copy(packet, 24, 40, 48);
  writeTimestamp(packet, 32, atMs);
  writeTimestamp(packet, 40, atMs);
  return packet;
}

/** Seconds since 1900 and their 2^32nd parts, of whichever era. */
function writeTimestamp(packet: Buffer, at: number, ms: number): void {
  const seconds = Math.floor(ms / 1_000);
  packet.writeUInt32BE((seconds + 2_208_988_800) % 2 ** 32, at);
  packet.writeUInt32BE(Math.floor(((ms - seconds * 1_000) / 1_000) * 2 ** 32), at + 4);
}
