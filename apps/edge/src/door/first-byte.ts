import { type Socket } from 'node:net';

/** The first byte of every TLS connection: a handshake record. */
const handshakeRecord = 0x16;

/** Hands a connection on by its first byte, which stays unread; the socket is destroyed where none comes in time. */
export function byFirstByte(
  receivers: {
    readonly tls: (socket: Socket) => void;
    readonly plain: (socket: Socket) => void;
    readonly silent: (socket: Socket) => void;
  },
  silentTimeoutMs: number,
): (socket: Socket) => void {
  return (socket) => {
    const giveUp = () => {
      receivers.silent(socket);
      socket.destroy();
    };
    // A reset before anything is known of the connection is nobody's failure.
    socket.on('error', () => undefined);
    socket.setTimeout(silentTimeoutMs, giveUp);
    socket.once('end', giveUp);
    socket.once('data', (bytes: Buffer) => {
      socket.setTimeout(0, giveUp);
      socket.off('end', giveUp);
      socket.pause();
      socket.unshift(bytes);
      if (bytes[0] === handshakeRecord) receivers.tls(socket);
      else {
        receivers.plain(socket);
        // Only now that the receiver listens for it.
        process.nextTick(() => socket.resume());
      }
    });
  };
}
