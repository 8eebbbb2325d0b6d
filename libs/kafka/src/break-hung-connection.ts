import kafkajs from 'kafkajs';
import { z } from 'zod';

/** The part of the client's connection that the correction reads and writes. */
interface Connection {
  readonly broker: string;
  readonly socket: { destroy(): void } | undefined;
  chunks: readonly Buffer[];
  bytesBuffered: number;
  bytesNeeded: number;
  rejectRequests(error: Error): void;
  disconnect(): Promise<unknown>;
}

type Send = (this: Connection, ask: unknown) => Promise<unknown>;

const lengthBytes = 4;

/**
 * Has kafkajs 2.2.4 give up a connection on which a request has timed out, as Kafka's own client does. By itself it keeps both the connection
 * and what it knows of the partitions' leaders, and repeats the request for ever to a broker that hangs, though another leads by then.
 * Throws when the client's inside is not the one that it was written for.
 */
export function breakHungConnection(connectionClass: unknown): void {
  const prototype = Prototype.parse(connectionClass).prototype;
  const own = Method.parse(Reflect.get(prototype, 'send'));
  for (const name of ['rejectRequests', 'disconnect']) Method.parse(Reflect.get(prototype, name));
  Reflect.set(prototype, 'send', async function send(this: Connection, ask: unknown): Promise<unknown> {
    try {
      return await own.call(this, ask);
    } catch (error) {
      if (!(error instanceof kafkajs.KafkaJSRequestTimeoutError)) throw error;
      throw await breakOff(this, error);
    }
  });
}

/** The error that makes the client ask anew who leads. */
async function breakOff(connection: Connection, { message }: Error): Promise<Error> {
  const error = new kafkajs.KafkaJSConnectionError(message, { broker: connection.broker });
  connection.rejectRequests(error);
  connection.socket?.destroy();
  // Half an answer of the old connection would be taken for the beginning of the next one's.
  connection.chunks = [];
  connection.bytesBuffered = 0;
  connection.bytesNeeded = lengthBytes;
  await connection.disconnect();
  return error;
}

const fault = 'kafkajs has changed inside: see whether break-hung-connection.ts is still needed';
const Prototype = z.custom<{ readonly prototype: object }>(
  (value) => typeof value === 'function' && typeof value.prototype === 'object',
  fault,
);
const Method = z.custom<Send>((value) => typeof value === 'function', fault);
