/** Says why the authority of a target names no host by its DNS name alone, or null where it does (spec 2.1, 2.3). */
export function hostFault(
  authority: string,
): 'bad-host' | 'empty-host' | 'explicit-port' | 'ip-literal-host' | 'userinfo' | null {
  if (isDnsName(authority)) return endsInNumber(authority) ? 'ip-literal-host' : null;
  if (authority.includes('@')) return 'userinfo';
  if (authority.startsWith('[')) return 'ip-literal-host';
  const colon = authority.indexOf(':');
  if (colon === 0 || authority === '') return authority.startsWith('::') ? 'ip-literal-host' : 'empty-host';
  // More colons than a port needs: an IPv6 address without its brackets.
  if (colon !== -1) return authority.includes(':', colon + 1) ? 'ip-literal-host' : 'explicit-port';
  return endsInNumber(authority) ? 'ip-literal-host' : 'bad-host';
}

const hyphen = 0x2d;
const dot = 0x2e;

/** Labels of letters, digits and inner hyphens (RFC 1123 2.1), without the dot of the root. */
function isDnsName(name: string): boolean {
  if (name.length > 253) return false;
  let before = dot;
  let labelStart = 0;
  for (let at = 0; at < name.length; at += 1) {
    const code = name.charCodeAt(at);
    if (code === dot) {
      if (before === dot || before === hyphen || at - labelStart > 63) return false;
      labelStart = at + 1;
    } else if (code === hyphen) {
      if (before === dot) return false;
    } else if (!isLetterOrDigit(code)) return false;
    before = code;
  }
  return before !== dot && before !== hyphen && name.length - labelStart <= 63;
}

function isLetterOrDigit(code: number): boolean {
  const lower = code | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || isDigit(code);
}

const isDigit = (code: number) => code >= 0x30 && code <= 0x39;

/** A last label of digits, also hexadecimal, is read as an IPv4 address by some resolvers, whatever stands before it. */
function endsInNumber(authority: string): boolean {
  const end = authority.endsWith('.') ? authority.length - 1 : authority.length;
  const start = authority.lastIndexOf('.', end - 1) + 1;
  return isDigit(authority.charCodeAt(start)) && /^(?:\d+|0x[0-9a-f]*)$/i.test(authority.slice(start, end));
}
