import { type RequestListener } from 'node:http';
import { type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/**
 * Serves callers whose client certificate bears one of these names, compared without case; the others are told 403. The chain
 * is for the listener to verify. Looked at once for each connection.
 */
export function onlyCallersNamed(names: readonly string[], handler: RequestListener): RequestListener {
  const judged = new WeakMap<Socket, boolean>();
  return (req, res) => {
    let isKnown = judged.get(req.socket);
    if (isKnown === undefined) {
      isKnown = bearsOneOf(names, req.socket);
      judged.set(req.socket, isKnown);
    }
    if (isKnown) return handler(req, res);
    req.resume();
    res
      .writeHead(403, { 'content-type': 'application/json' })
      .end('{"error":"the client certificate bears the name of no caller that is served here"}');
  };
}

/** Tells whether the client certificate of a connection bears one of these names, compared without case. */
export function bearsOneOf(names: readonly string[], socket: Socket): boolean {
  const known = new Set(names.map((name) => name.toLowerCase()));
  return namesOf(socket).some((name) => known.has(name.toLowerCase()));
}

/** CN and dNSNames. Node writes a name with unusual characters in quotes, so that it equals no plain one. */
function namesOf(socket: Socket): readonly string[] {
  if (!(socket instanceof TLSSocket)) return [];
  const { subject, subjectaltname } = socket.getPeerCertificate();
  const dnsNames = (subjectaltname ?? '')
    .split(', ')
    .filter((entry) => entry.startsWith('DNS:'))
    .map((entry) => entry.slice('DNS:'.length));
  return [subject?.CN ?? [], dnsNames].flat();
}
