import { type IncomingMessage } from 'node:http';
import { type Socket } from 'node:net';
import { type TLSSocket } from 'node:tls';
import { ProviderRefusal } from './provider-refusal.ts';

/**
 * Gives a check that the client's certificate has the proxy's name as its CN or one of its DNS names.
 * The certificate is read once per connection, by `learn`: reading it per request costs more than all the rest.
 */
export function checkProxyName(sspFqdn: string): {
  readonly learn: (socket: TLSSocket) => void;
  readonly check: (req: IncomingMessage) => void;
} {
  const proxies = new WeakSet<Socket>();
  return {
    learn(socket) {
      const { subject, subjectaltname = '' } = socket.getPeerCertificate();
      const names = [
        subject?.CN ?? [],
        ...subjectaltname.split(', ').map((name) => name.replace(/^DNS:/, '')),
      ].flat();
      if (names.some((name) => name.toLowerCase() === sspFqdn.toLowerCase())) proxies.add(socket);
    },
    check(req) {
      if (!proxies.has(req.socket)) throw new ProviderRefusal('ACCESS DENIED');
    },
  };
}
