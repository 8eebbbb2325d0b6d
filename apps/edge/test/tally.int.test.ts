import { expect, test, vi } from 'vitest';
import { createConsumer } from './consumer.ts';
import { startEdgeProcess } from './edge-process.ts';
import { type EventTail } from './event-tail.ts';
import { edgeRig, ownHeaders, targetPath } from './rig.ts';

const path = `${targetPath}/Patient`;

/** What the tallies of an edge come to: of each hour the one that counts most. */
function counted({ tallies }: EventTail, edge: string | undefined) {
  const own = tallies.filter(({ data }) => data.edge === edge);
  const hours = new Set(own.map(({ data }) => data.hour));
  const last = [...hours].map((hour) =>
    own.filter(({ data }) => data.hour === hour).reduce((a, b) => (a.data.upTo > b.data.upTo ? a : b)),
  );
  const sum = (of: (data: EventTail['tallies'][number]['data']) => number) =>
    last.reduce((total, { data }) => total + of(data), 0);
  return {
    completed: sum((data) => data.completed),
    forwarded: sum(({ outcomes }) => outcomes.forwarded),
    refused: sum(({ outcomes }) => outcomes.refused),
    responseBytes: sum((data) => data.responseBytes),
    upTo: Math.max(0, ...last.map(({ data }) => data.upTo)),
  };
}

test('an edge tells how many exchanges of the hour it has completed, and the rest as it stops', async () => {
  await using resources = new AsyncDisposableStack();
  const { environment, events, pki } = await edgeRig(resources);
  const edge = await startEdgeProcess({ ...environment, EDGE_TALLY_SECONDS: '1' }, resources);
  const consumer = createConsumer({ port: edge.port, caFile: pki.ca }, pki.consumers.good, resources);
  const sent = Array.from({ length: 5 }, ownHeaders);
  for (const headers of sent) expect(await consumer.send({ path, headers })).toMatchObject({ status: 200 });
  expect(await consumer.send({ path, headers: { 'Ssp-From': '200000000359' } })).toMatchObject({
    status: 400,
  });
  const [first] = sent;
  await events.completedFrom(first?.['Ssp-From']);
  const source = [...events.completed.values()].find(({ data }) => data.from === first?.['Ssp-From'])?.source;
  await vi.waitFor(
    () => expect(counted(events, source)).toMatchObject({ completed: 6, forwarded: 5, refused: 1, upTo: 6 }),
    30_000,
  );
  const own = () => [...events.completed.values()].filter((event) => event.source === source);
  expect(counted(events, source).responseBytes).toBe(
    own().reduce((bytes, { data }) => bytes + data.responseBytes, 0),
  );

  const slow = await startEdgeProcess({ ...environment, EDGE_TALLY_SECONDS: '86400' }, resources);
  const other = createConsumer({ port: slow.port, caFile: pki.ca }, pki.consumers.good, resources);
  const headers = ownHeaders();
  expect(await other.send({ path, headers })).toMatchObject({ status: 200 });
  expect(await slow.stop()).toBe(0);
  await events.completedFrom(headers['Ssp-From']);
  const stopped = [...events.completed.values()].find(
    ({ data }) => data.from === headers['Ssp-From'],
  )?.source;
  await vi.waitFor(() => expect(counted(events, stopped)).toMatchObject({ completed: 1, upTo: 1 }), 30_000);
});
