import { breakableLink } from '@ssp/testing';
import { backingServices } from '@ssp/testing/vitest';
import { expect, test } from 'vitest';
import { boundsReader } from '../src/index.ts';
import { connectTo } from './spooling-rig.ts';

test('a Kafka that hangs does not hold up the end of whoever asks it', async () => {
  await using resources = new AsyncDisposableStack();
  const link = await breakableLink(`tcp://${backingServices().kafka.brokers[0]}`, resources);
  link.stall();
  const released = new AbortController();
  const readBounds = boundsReader(connectTo([new URL(link.url).host]), released.signal, resources);
  const asked = readBounds('nothing');
  // By itself it would try again for a minute.
  released.abort(new Error('we end'));
  await expect(asked).rejects.toThrow('we end');
});
