import { once } from 'node:events';
import { connect } from 'node:net';
import { type BackingService } from './backing-part.ts';

/** A single Kafka broker; topics are not made by themselves. */
export interface KafkaService extends BackingService {
  /** `host:port` each. */
  readonly brokers: readonly string[];
}

const patienceMs = 3_000;

// Metadata request, version 1: size, API key 3, version, correlation, no client id, and a list of no topics.
const metadataRequest = Buffer.from([0, 0, 0, 14, 0, 3, 0, 1, 0, 0, 0, 1, 0xff, 0xff, 0, 0, 0, 0]);

/** Rejects unless every broker answers with the cluster's metadata; asked by hand, as the client would be heavier. */
export async function checkKafka(brokers: readonly string[]): Promise<void> {
  for (const broker of brokers) {
    const { hostname, port } = new URL(`kafka://${broker}`);
    const socket = connect({ host: hostname, port: Number(port), timeout: patienceMs });
    socket.on('timeout', () => socket.destroy(new Error('no answer')));
    // An engine that forwards a container's port accepts and hangs up while nothing listens behind it.
    socket.on('end', () => socket.destroy(new Error('hung up')));
    try {
      await once(socket, 'connect');
      socket.write(metadataRequest);
      const [answer]: Buffer[] = await once(socket, 'data');
      // Size, correlation, then how many brokers the cluster has.
      if (answer === undefined || answer.length < 12 || answer.readInt32BE(8) === 0) {
        throw new Error('no broker has registered yet');
      }
    } finally {
      socket.destroy();
    }
  }
}
