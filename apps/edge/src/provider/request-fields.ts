import { type IncomingMessage } from 'node:http';
import { type Exchange } from '../exchange.ts';
import { isHopByHop, nominatedFields } from './hop-by-hop.ts';
import { type RequestFraming } from './request-framing.ts';

/**
 * The fields for the provider: as they came, `Host` and the framing in their places with our own values, and behind them
 * the lines that RFC 7239 and RFC 9110 ask of a proxy. What others wrote there is never edited.
 */
export function requestFields(
  req: IncomingMessage,
  exchange: Exchange,
  host: string,
  framing: RequestFraming,
  settings: { readonly via: string; readonly publicName: string },
): string[] {
  const { rawHeaders } = req;
  const nominated = nominatedFields(req.headers.connection);
  const fields: string[] = [];
  let hasHost = false;
  let framed = false;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const lower = name.toLowerCase();
    if (lower === 'host') {
      if (!hasHost) fields.push(name, host);
      hasHost = true;
    } else if (lower === 'content-length') {
      if (typeof framing !== 'number' || framed) continue;
      fields.push(name, String(framing));
      framed = true;
    } else if (lower === 'transfer-encoding') {
      if (framing !== 'chunked' || framed) continue;
      fields.push(name, 'chunked');
      framed = true;
    } else if (lower === 'trailer') {
      if (framing === 'chunked') fields.push(name, rawHeaders[index + 1] ?? '');
    } else if (lower !== 'expect' && !isHopByHop(lower) && nominated?.has(lower) !== true) {
      fields.push(name, rawHeaders[index + 1] ?? '');
    }
  }
  if (!hasHost) fields.push('Host', host);
  fields.push(
    'Forwarded',
    forwarded(exchange.caller.remoteAddress, req.headers.host ?? '', settings.publicName),
  );
  fields.push('Via', settings.via);
  return fields;
}

function forwarded(address: string, host: string, publicName: string): string {
  return `for=${node(address)};by=_${publicName};host=${quoted(host)};proto=https`;
}

/** An address as RFC 7239 section 6 writes it. */
function node(address: string): string {
  return address.includes(':') ? `"[${address}]"` : address;
}

/** Most hosts need no cleaning, and a replacement costs as much as the rest of the line. */
function quoted(text: string): string {
  const clean = text.includes('"') || text.includes('\\') ? text.replaceAll(/["\\]/g, '') : text;
  return `"${clean}"`;
}
