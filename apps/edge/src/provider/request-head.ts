/**
 * The head of a request, blank line included, to be sent as latin1. Throws where a part could end a line early: what is
 * written here is one request whatever it is made of. Fields are names and values in turn, latin1 as Node reads them.
 */
export function requestHead(method: string, path: string, fields: readonly string[]): string {
  refuseInLine(method);
  refuseInLine(path);
  return `${method} ${path} HTTP/1.1\r\n${fieldLines(fields)}`;
}

/** Fields as lines, blank line included; also the trailers behind a last chunk. Throws as `requestHead` does. */
export function fieldLines(fields: readonly string[]): string {
  let lines = '';
  for (let index = 0; index < fields.length; index += 2) {
    const name = fields[index] ?? '';
    const value = fields[index + 1] ?? '';
    if (breaksLine(name) || breaksLine(value)) throw new Error('a field that would break its line');
    lines += `${name}: ${value}\r\n`;
  }
  return `${lines}\r\n`;
}

const breaksLine = (text: string) => text.includes('\r') || text.includes('\n') || text.includes('\0');

/** Above `~` too: in latin1 a character loses its upper half, and `\u010a` would become a line feed. */
function refuseInLine(text: string): void {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code <= 32 || code >= 127) throw new Error('a request line with a character that has no place there');
  }
}
