const POLYNOMIAL = 0x82f63b78;
const SLICES = 8;

/** `table[256 * k + byte]` is the remainder of `byte` followed by `k` zero bytes. */
const table = new Int32Array(256 * SLICES);
for (let byte = 0; byte < 256; byte += 1) {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit += 1) remainder = (remainder >>> 1) ^ (remainder & 1 ? POLYNOMIAL : 0);
  table[byte] = remainder;
}
for (let index = 256; index < table.length; index += 1) {
  const shorter = at(index - 256);
  table[index] = (shorter >>> 8) ^ at(shorter & 0xff);
}

function at(index: number): number {
  return table[index] ?? 0;
}

/**
 * The CRC-32C (Castagnoli, RFC 3720 appendix B.4) of `bytes` from `start` up to `end`, as an unsigned number. Eight bytes
 * a step: the usual byte by byte costs more than everything else of a send to Kafka.
 */
export function crc32c(bytes: Uint8Array, start: number, end: number): number {
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let crc = -1;
  let index = start;
  for (const last = end - 8; index <= last; index += 8) {
    const low = crc ^ words.getInt32(index, true);
    const high = words.getInt32(index + 4, true);
    crc =
      at(0x700 | (low & 0xff)) ^
      at(0x600 | ((low >>> 8) & 0xff)) ^
      at(0x500 | ((low >>> 16) & 0xff)) ^
      at(0x400 | (low >>> 24)) ^
      at(0x300 | (high & 0xff)) ^
      at(0x200 | ((high >>> 8) & 0xff)) ^
      at(0x100 | ((high >>> 16) & 0xff)) ^
      at(high >>> 24);
  }
  for (; index < end; index += 1) crc = (crc >>> 8) ^ at((crc ^ (bytes[index] ?? 0)) & 0xff);
  return ~crc >>> 0;
}
