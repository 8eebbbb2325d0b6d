import { type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { type Caller, readCaller } from './caller.ts';

/** Who is at the end of each open connection, and whether an answer is owed there. */
export type Callers = {
  readonly of: (socket: Socket) => Caller;
  readonly begin: (socket: Socket) => void;
  readonly end: (socket: Socket) => void;
  readonly isAnswerOwed: (socket: Socket) => boolean;
  /** The connection has had its last answer; what still arrives on it is nobody's request. */
  readonly dismiss: (socket: Socket) => void;
  readonly isDismissed: (socket: Socket) => boolean;
};

const unknown: Omit<Caller, 'remoteAddress'> = {
  tlsProtocol: null,
  tlsCipher: null,
  certificate: null,
  fault: 'certificate-missing',
};

/** Reads each connection's certificate once: parsing it per request would cost more than the whole stage. */
export function createCallers(): Callers {
  const callers = new WeakMap<Socket, Caller>();
  const owed = new WeakMap<Socket, number>();
  const dismissed = new WeakSet<Socket>();
  return {
    of: (socket) => {
      const known = callers.get(socket);
      if (known !== undefined) return known;
      const caller =
        socket instanceof TLSSocket
          ? readCaller(socket)
          : { ...unknown, remoteAddress: socket.remoteAddress ?? '' };
      callers.set(socket, caller);
      return caller;
    },
    begin: (socket) => void owed.set(socket, (owed.get(socket) ?? 0) + 1),
    end: (socket) => void owed.set(socket, (owed.get(socket) ?? 1) - 1),
    isAnswerOwed: (socket) => (owed.get(socket) ?? 0) > 0,
    dismiss: (socket) => void dismissed.add(socket),
    isDismissed: (socket) => dismissed.has(socket),
  };
}
