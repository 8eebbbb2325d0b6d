import { randomBytes } from 'node:crypto';

/** A fresh serial number: 16 octets in lower-case hexadecimal, positive and without a leading zero octet. */
export function newSerialNumber(): string {
  const octets = randomBytes(16);
  // DER integers are signed: a first octet of 40-7f keeps the number positive and its hexadecimal form unique.
  octets.writeUInt8((octets.readUInt8(0) & 0x3f) | 0x40, 0);
  return octets.toString('hex');
}
