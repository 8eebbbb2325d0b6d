/** Bytes of a packet without extensions (RFC 5905, 7.3). */
const packetBytes = 48;
const originAt = 24;
const sentAt = 40;

/** From 1900, where the first era of NTP begins, to 1970. */
const secondsTo1970 = 2_208_988_800;
/** Seconds are 32 bits: the second era begins in February 2036. */
const eraMs = 2 ** 32 * 1_000;

/** What a packet says to who asked with that nonce. */
export type NtpReply =
  | {
      readonly kind: 'time';
      /** When the source got the question and when it answered, by its own clock. */
      readonly receivedMs: number;
      readonly sentMs: number;
      /** How wrong the source says that it may be itself. */
      readonly rootBoundMs: number;
    }
  /** The source says that it has no time to give. */
  | { readonly kind: 'unsynchronised'; readonly why: string }
  /** The source wants something else of who asks: DENY, RSTR, RATE. */
  | { readonly kind: 'kiss'; readonly code: 'DENY' | 'RSTR' | 'RATE' }
  /** It answers the question, but cannot be right. */
  | { readonly kind: 'nonsense'; readonly why: string }
  /** It answers nothing that was asked, so whoever sent it is not to be heard. */
  | { readonly kind: 'stray'; readonly why: string };

/**
 * A question. In place of the time it was sent at, which is nobody's business and needs no echo, it bears eight random bytes: who answers with them has seen
 * the question.
 */
export function ntpRequest(nonce: Buffer): Buffer {
  const packet = Buffer.alloc(packetBytes);
  // No leap told, version 4, a client.
  packet[0] = (4 << 3) | 3;
  nonce.copy(packet, sentAt, 0, 8);
  return packet;
}

/** Reads an answer, whoever sent it; `nearMs` is any time within 68 years of the true one. */
export function readNtpReply(packet: Buffer, nonce: Buffer, nearMs: number): NtpReply {
  if (packet.length < packetBytes) return { kind: 'stray', why: `${packet.length} bytes are no packet` };
  const first = packet.readUInt8(0);
  const [leap, version, mode] = [first >> 6, (first >> 3) & 7, first & 7];
  if (mode !== 4) return { kind: 'stray', why: `mode ${mode} is no server's` };
  if (version !== 3 && version !== 4) return { kind: 'stray', why: `version ${version} is unknown` };
  if (!packet.subarray(originAt, originAt + 8).equals(nonce)) {
    return { kind: 'stray', why: 'it answers another question' };
  }
  const stratum = packet.readUInt8(1);
  if (stratum === 0) return readKiss(packet);
  if (leap === 3 || stratum > 15) return { kind: 'unsynchronised', why: 'it says so' };
  return readTime(packet, nearMs);
}

function readKiss(packet: Buffer): NtpReply {
  const code = packet.toString('latin1', 12, 16).replaceAll(/[^A-Z]/g, '?');
  if (code === 'DENY' || code === 'RSTR' || code === 'RATE') return { kind: 'kiss', code };
  return { kind: 'unsynchronised', why: `it says ${code}` };
}

function readTime(packet: Buffer, nearMs: number): NtpReply {
  if (isZero(packet, 32) || isZero(packet, sentAt)) {
    return { kind: 'nonsense', why: 'it does not say when it was asked and answered' };
  }
  const receivedMs = timestampMs(packet, 32, nearMs);
  const sentMs = timestampMs(packet, sentAt, nearMs);
  if (sentMs < receivedMs) return { kind: 'nonsense', why: 'it answered before it was asked' };
  if (!isZero(packet, 16) && timestampMs(packet, 16, nearMs) > sentMs) {
    return { kind: 'nonsense', why: 'its clock was last set after it answered' };
  }
  const rootBoundMs = shortMs(packet, 4) / 2 + shortMs(packet, 8);
  return { kind: 'time', receivedMs, sentMs, rootBoundMs };
}

function isZero(packet: Buffer, at: number): boolean {
  return packet.readUInt32BE(at) === 0 && packet.readUInt32BE(at + 4) === 0;
}

/** In the era that brings it nearest to `nearMs`. */
function timestampMs(packet: Buffer, at: number, nearMs: number): number {
  const seconds = packet.readUInt32BE(at) - secondsTo1970;
  const inFirstEraMs = seconds * 1_000 + (packet.readUInt32BE(at + 4) / 2 ** 32) * 1_000;
  return inFirstEraMs + Math.round((nearMs - inFirstEraMs) / eraMs) * eraMs;
}

/** Seconds in 16.16 bits. */
function shortMs(packet: Buffer, at: number): number {
  return (packet.readUInt32BE(at) / 2 ** 16) * 1_000;
}
