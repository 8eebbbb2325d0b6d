/** Says why a path could be taken for another one than it is, or null where it could not (spec 2.3). */
export function pathFault(
  path: string,
): 'bad-percent-encoding' | 'dot-segment' | 'encoded-control-character' | null {
  if (!path.includes('%')) return path.includes('/.') && dotSegment.test(path) ? 'dot-segment' : null;
  const read = credulouslyRead(path);
  if (read.fault !== null) return read.fault;
  return dotSegment.test(read.text) ? 'dot-segment' : null;
}

// Providers may cut a segment at its parameters, and Windows at its trailing blanks, before they look for dots.
const dotSegment = /[/\\]\.{1,2} *(?:[/\\;]|$)/;

type Read =
  | { readonly fault: null; readonly text: string }
  | { readonly fault: 'bad-percent-encoding' | 'encoded-control-character' };

/** The path as a provider would see it that decodes again as long as there is something to decode, also overlong UTF-8. */
function credulouslyRead(path: string): Read {
  let text = '';
  let from = 0;
  let beyondAscii = false;
  for (let at = path.indexOf('%'); at !== -1; at = path.indexOf('%', from)) {
    let byte = byteAt(path, at + 1);
    if (byte === -1) return { fault: 'bad-percent-encoding' };
    if (byte < 0x20 || byte === 0x7f) return { fault: 'encoded-control-character' };
    text += path.slice(from, at);
    from = at + 3;
    while (byte === percent) {
      const next = byteAt(path, from);
      if (next === -1) break;
      byte = next;
      from += 2;
    }
    beyondAscii ||= byte >= 0x80;
    text += String.fromCharCode(byte);
  }
  text += path.slice(from);
  return { fault: null, text: beyondAscii ? text.replaceAll(overlong, shortened) : text };
}

const percent = 0x25;

function byteAt(text: string, at: number): number {
  const high = hexDigit(text.charCodeAt(at));
  const low = hexDigit(text.charCodeAt(at + 1));
  return high === -1 || low === -1 ? -1 : high * 16 + low;
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

// An ASCII character in two, three or four bytes of UTF-8 where one would do.
const overlong = /(?:[\u00c0\u00c1]|\u00e0[\u0080\u0081]|\u00f0\u0080[\u0080\u0081])[\u0080-\u00bf]/g;

function shortened(bytes: string): string {
  const last = bytes.length - 1;
  return String.fromCharCode(((bytes.charCodeAt(last - 1) & 0x01) << 6) | (bytes.charCodeAt(last) & 0x3f));
}
