import { startStubTimeServer } from '@ssp/testing';
import { expect, test } from 'vitest';
import { createConsumer } from './consumer.ts';
import { startEdgeProcess } from './edge-process.ts';
import { edgeRig, ownHeaders, targetPath } from './rig.ts';

const path = `${targetPath}/Patient`;

test('both events of an exchange say how right the clock of their edge is', async () => {
  await using resources = new AsyncDisposableStack();
  const { environment, events, pki } = await edgeRig(resources);
  const { address } = await startStubTimeServer({ offsetMs: 500_000 }, resources);
  // A minute is far more than a busy machine adds.
  const clock = { NTP_SERVERS: address, CLOCK_OFFSET_MAX_MS: '900000' };
  const edge = await startEdgeProcess({ ...environment, ...clock }, resources);
  // Not ready before its clock has been measured.
  await expect.poll(async () => (await fetch(`${edge.admin}/readyz`)).status, { timeout: 50_000 }).toBe(200);
  const consumer = createConsumer({ port: edge.port, caFile: pki.ca }, pki.consumers.good, resources);
  const headers = ownHeaders();
  expect(await consumer.send({ path, headers })).toMatchObject({ status: 200 });
  const own = () =>
    [...events.received.values(), ...events.completed.values()].filter(
      ({ data }) => data.from === headers['Ssp-From'],
    );
  // Their topics are read side by side: the second may be seen before the first.
  await expect.poll(own).toHaveLength(2);
  for (const { data } of own()) {
    expect(data.clockOffsetMs).toBeGreaterThan(440_000);
    expect(data.clockOffsetMs).toBeLessThan(560_000);
  }
});
