import { type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { type Caller, readCaller } from './caller.ts';
import { type DnPolicy } from './dn-policy.ts';

/** Who is at the end of each open connection. */
export type Callers = { readonly of: (socket: Socket) => Caller };

const unknown: Omit<Caller, 'remoteAddress'> = {
  tlsProtocol: null,
  tlsCipher: null,
  certificate: null,
  fault: { code: 'certificate-missing' },
};

/** Reads each connection's certificate once: parsing it per request would cost more than the whole stage. */
export function createCallers(policy: DnPolicy): Callers {
  const callers = new WeakMap<Socket, Caller>();
  return {
    of: (socket) => {
      const known = callers.get(socket);
      if (known !== undefined) return known;
      const caller =
        socket instanceof TLSSocket
          ? readCaller(socket, policy)
          : { ...unknown, remoteAddress: socket.remoteAddress ?? '' };
      callers.set(socket, caller);
      return caller;
    },
  };
}
