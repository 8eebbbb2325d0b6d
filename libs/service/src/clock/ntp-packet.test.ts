import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ntpRequest, readNtpReply } from './ntp-packet.ts';

const nonce = Buffer.from('0102030405060708', 'hex');
/** 2026-03-01T12:00:00Z, which is 3 981 355 200 seconds after 1900. */
const nowMs = 1_772_366_400_000;

/** Leap 0, version 4, a server of stratum 2; asked at 12:00:00.25, answered half a second later. */
const sound = Buffer.from(
  [
    '24020300', // leap, version and mode; stratum; poll; precision
    '00008000', // root delay: half a second
    '00004000', // root dispersion: a quarter
    '7f000001', // reference id
    'ed4ea8b600000000', // last set ten seconds before
    nonce.toString('hex'),
    'ed4ea8c040000000',
    'ed4ea8c0c0000000',
  ].join(''),
  'hex',
);

function spoilt(at: number, bytes: string): Buffer {
  const packet = Buffer.from(sound);
  packet.write(bytes, at, 'hex');
  return packet;
}

test('a question is 48 bytes of a client, and tells nothing but its nonce', () => {
  expect(ntpRequest(nonce).toString('hex')).toBe(`23${'00'.repeat(39)}${nonce.toString('hex')}`);
});

const time = { kind: 'time', receivedMs: nowMs + 250, sentMs: nowMs + 750, rootBoundMs: 500 };

test.for([
  { what: 'a sound one', packet: sound, reply: time },
  { what: 'version 3', packet: spoilt(0, '1c'), reply: time },
  { what: 'a leap second to come', packet: spoilt(0, '64'), reply: time },
  { what: 'stratum 15', packet: spoilt(1, '0f'), reply: time },
  {
    what: 'more than 48 bytes, as with a signature',
    packet: Buffer.concat([sound, Buffer.alloc(20)]),
    reply: time,
  },
  { what: 'no time of the last setting', packet: spoilt(16, '0000000000000000'), reply: time },
])('an answer is read: $what', ({ packet, reply }) => {
  expect(readNtpReply(packet, nonce, nowMs)).toEqual(reply);
});

test.for([
  { what: 'nothing', packet: Buffer.alloc(0), kind: 'stray', why: '0 bytes' },
  { what: 'a byte too few', packet: sound.subarray(0, 47), kind: 'stray', why: '47 bytes' },
  { what: 'a question', packet: spoilt(0, '23'), kind: 'stray', why: 'mode 3' },
  { what: 'a broadcast', packet: spoilt(0, '25'), kind: 'stray', why: 'mode 5' },
  { what: 'version 2', packet: spoilt(0, '14'), kind: 'stray', why: 'version 2' },
  { what: 'version 5', packet: spoilt(0, '2c'), kind: 'stray', why: 'version 5' },
  { what: 'another nonce', packet: spoilt(31, '09'), kind: 'stray', why: 'another question' },
  { what: 'no nonce', packet: spoilt(24, '0000000000000000'), kind: 'stray', why: 'another question' },
  { what: 'leap 3', packet: spoilt(0, 'e4'), kind: 'unsynchronised', why: 'it says so' },
  { what: 'stratum 16', packet: spoilt(1, '10'), kind: 'unsynchronised', why: 'it says so' },
  {
    what: 'a kiss that asks nothing',
    packet: spoilt(1, `00${'00'.repeat(10)}494e4954`),
    kind: 'unsynchronised',
    why: 'it says INIT',
  },
  {
    what: 'a kiss of other bytes',
    packet: spoilt(1, `00${'00'.repeat(10)}0a1b4100`),
    kind: 'unsynchronised',
    why: 'it says ??A?',
  },
  { what: 'no time of receipt', packet: spoilt(32, '0000000000000000'), kind: 'nonsense', why: 'asked' },
  { what: 'no time of sending', packet: spoilt(40, '0000000000000000'), kind: 'nonsense', why: 'answered' },
  { what: 'sent before received', packet: spoilt(40, 'ed4ea8c03f000000'), kind: 'nonsense', why: 'before' },
  { what: 'set after sending', packet: spoilt(16, 'ed4ea8c0c1000000'), kind: 'nonsense', why: 'last set' },
])('an answer is not taken for the time: $what', ({ packet, kind, why }) => {
  expect(readNtpReply(packet, nonce, nowMs)).toEqual({ kind, why: expect.stringContaining(why) });
});

test.for(['DENY', 'RSTR', 'RATE'])('a kiss is told by its code: %s', (code) => {
  const kiss = spoilt(1, `00${'00'.repeat(10)}${Buffer.from(code).toString('hex')}`);
  expect(readNtpReply(kiss, nonce, nowMs)).toEqual({ kind: 'kiss', code });
  // From a stranger it is nothing.
  expect(readNtpReply(kiss, Buffer.alloc(8, 7), nowMs).kind).toBe('stray');
});

test.for([
  { at: '2036-02-07T06:28:15.000Z', hex: 'ffffffff00000000' },
  { at: '2036-02-07T06:28:17.000Z', hex: '0000000100000000' },
  { at: '2040-01-01T00:00:00.000Z', hex: '0754fd0000000000' },
])('the era of NTP ends in 2036 without a word: $at', ({ at, hex }) => {
  const packet = spoilt(16, `0000000000000000${nonce.toString('hex')}${hex}${hex}`);
  for (const nearMs of [nowMs, Date.parse(at), Date.parse('2060-01-01T00:00:00Z')]) {
    expect(readNtpReply(packet, nonce, nearMs)).toMatchObject({ kind: 'time', sentMs: Date.parse(at) });
  }
});

test('whatever the bytes, something is said of them', () => {
  const bytes = fc.uint8Array({ maxLength: 70 });
  fc.assert(fc.property(bytes, (packet) => readNtpReply(Buffer.from(packet), nonce, nowMs).kind === 'stray'));
  // With our nonce and a server's mode, so that it is read to the end.
  const near = fc.uint8Array({ minLength: 48, maxLength: 70 }).map((values) => {
    const packet = Buffer.from(values);
    packet.writeUInt8((packet.readUInt8(0) & 0xc0) | 0x24, 0);
    nonce.copy(packet, 24);
    return packet;
  });
  fc.assert(
    fc.property(near, (packet) => {
      const reply = readNtpReply(packet, nonce, nowMs);
      expect(['time', 'unsynchronised', 'kiss', 'nonsense']).toContain(reply.kind);
      if (reply.kind !== 'time') return;
      expect(reply.sentMs).toBeGreaterThanOrEqual(reply.receivedMs);
      expect(Math.abs(reply.sentMs - nowMs)).toBeLessThan(69 * 366 * 86_400_000);
      expect(reply.rootBoundMs).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 1_000 },
  );
});
