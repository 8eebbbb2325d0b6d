import { type IncomingMessage } from 'node:http';
import { type Exchange } from '../exchange.ts';
import { endToEndHeaders } from './hop-by-hop.ts';

// `Expect` was answered here; Host, Forwarded and Via are written anew below.
const replaced: ReadonlySet<string> = new Set(['host', 'expect', 'forwarded', 'via']);

/** The raw header list for the provider: as it came, plus what RFC 7239 and RFC 9110 ask of a proxy to add. */
export function requestHeaders(
  req: IncomingMessage,
  exchange: Exchange,
  host: string,
  settings: { readonly via: string; readonly publicName: string },
): string[] {
  const headers = endToEndHeaders(req.rawHeaders, replaced);
  const { forwarded, via } = req.headers;
  const hop = `for=${node(exchange.caller.remoteAddress)};by=_${settings.publicName};host=${quoted(req.headers.host ?? '')};proto=https`;
  headers.push('Host', host);
  headers.push('Forwarded', forwarded === undefined ? hop : `${forwarded}, ${hop}`);
  headers.push('Via', via === undefined ? settings.via : `${via}, ${settings.via}`);
  return headers;
}

/** An address as RFC 7239 section 6 writes it. */
function node(address: string): string {
  return address.includes(':') ? `"[${address}]"` : address;
}

const quoted = (text: string) => `"${text.replaceAll(/["\\]/g, '')}"`;
