/** Where the parser may have stopped at a method: within its name, or behind a line whose method is of another protocol. */
const codes: ReadonlySet<string> = new Set(['HPE_INVALID_METHOD', 'HPE_INVALID_CONSTANT']);
const requestLine = /^[A-Z][A-Z0-9!#$%&'*+.^_`|~-]{0,31} [\x21-\x7e]+ HTTP\/1\.[01]$/;

/**
 * Tells whether what Node's parser gave up is a request line that is sound but for its method, which the parser does not know;
 * no registered method has small letters. A line that came in several packets is not looked for.
 */
export function hasUnknownMethod(error: Error): boolean {
  if (!('code' in error && typeof error.code === 'string' && codes.has(error.code))) return false;
  if (!('rawPacket' in error && error.rawPacket instanceof Buffer)) return false;
  if (!('bytesParsed' in error && typeof error.bytesParsed === 'number')) return false;
  const { rawPacket, bytesParsed } = error;
  const start = bytesParsed === 0 ? 0 : rawPacket.lastIndexOf('\n', bytesParsed - 1) + 1;
  const end = rawPacket.indexOf('\r\n', bytesParsed);
  return end !== -1 && requestLine.test(rawPacket.toString('latin1', start, end));
}
