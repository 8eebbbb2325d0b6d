import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { BackingService } from './backing-part.ts';

/** A single Kafka broker; topics are not made by themselves. */
export interface KafkaService extends BackingService {
  /** `host:port` each. */
  readonly brokers: readonly string[];
}

/** What a client shows to a broker that asks who comes, and whom it trusts; paths of PEM files. */
export interface KafkaTlsFiles {
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
}

const patienceMs = 3_000;

// Metadata request, version 1: size, API key 3, version, correlation, no client id, and a list of no topics.
const metadataRequest = Buffer.from([0, 0, 0, 14, 0, 3, 0, 1, 0, 0, 0, 1, 0xff, 0xff, 0, 0, 0, 0]);

/** Rejects unless every broker answers with the cluster's metadata; asked by hand, as the client would be heavier. */
export async function checkKafka(brokers: readonly string[], tls?: KafkaTlsFiles): Promise<void> {
  for (const broker of brokers) {
    const { hostname, port } = new URL(`kafka://${broker}`);
    const socket = open(hostname, Number(port), tls);
    socket.on('timeout', () => socket.destroy(new Error('no answer')));
    // An engine that forwards a container's port accepts and hangs up while nothing listens behind it.
    socket.on('end', () => socket.destroy(new Error('hung up')));
    try {
      await once(socket, tls === undefined ? 'connect' : 'secureConnect');
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

function open(host: string, port: number, tls: KafkaTlsFiles | undefined): Socket {
  const address = { host, port, timeout: patienceMs };
  if (tls === undefined) return connect(address);
  const [ca, cert, key] = [tls.caFile, tls.certFile, tls.keyFile].map((file) => readFileSync(file));
  return connectTls({ ...address, ca, cert, key });
}
