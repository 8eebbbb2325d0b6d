/** Bytes from a provider that are no sound HTTP/1.1 answer. The message is a fixed phrase and never quotes them. */
export class BadAnswer extends Error {
  override readonly name = 'BadAnswer';
}
