import { createServer } from 'node:net';
import { listenOnLoopback } from '@ssp/testing';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { Backlog } from './backlog.ts';
import { connectKafka } from './connect-kafka.ts';
import { watchBacklog } from './watch-backlog.ts';

/** A broker that takes connections and never answers. */
async function silentBroker(resources: AsyncDisposableStack): Promise<string> {
  const server = createServer((socket) => resources.defer(() => void socket.destroy()));
  resources.defer(() => void server.close());
  return `127.0.0.1:${await listenOnLoopback(server)}`;
}

test('while brokers hang, what is written is still seen: nothing seems to wait that does not', async () => {
  await using resources = new AsyncDisposableStack();
  const log = pino({ level: 'silent' });
  const kafka = connectKafka({ brokers: [await silentBroker(resources)], clientId: 'x', tls: null }, log);
  const backlog = new Backlog();
  const place = { topic: 'events', partition: 0 };
  backlog.begins(place, { offset: 5n, atMs: Date.now() - 100_000 }, 8n);
  let written = 5n;
  const readOffsets = () => Promise.resolve([{ ...place, nextOffset: written }]);
  watchBacklog(kafka, { topics: ['events'], readOffsets }, backlog, log, resources);

  await expect.poll(() => backlog.partitions()).toEqual([{ ...place, nextOffset: 5n, events: 3 }]);
  expect(backlog.oldestMs(Date.now())).toBeGreaterThan(99_000);
  // Another copy has written the rest.
  written = 8n;
  await expect.poll(() => backlog.oldestMs(Date.now())).toBe(0);
});
