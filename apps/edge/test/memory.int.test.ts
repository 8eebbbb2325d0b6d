import { backingServices } from '@ssp/testing/vitest';
import { afterAll, expect, test } from 'vitest';
import { startBigBodies } from './big-bodies.ts';
import { readSlowly } from './slow-readers.ts';

const mebibyte = 1_024 * 1_024;
/** Far above what is allowed to stay behind, and soon moved. */
const bodyBytes = 200 * mebibyte;
const growthMaxBytes = 50 * mebibyte;

const resources = new AsyncDisposableStack();
const bodies = await startBigBodies(backingServices().pki, resources);
afterAll(() => resources.disposeAsync());

test('a big answer moves the memory of the edge by less than 50 MB', async () => {
  expect(await bodies.download(bodyBytes)).toBeLessThan(growthMaxBytes);
});

test('a big request moves the memory of the edge by less than 50 MB', async () => {
  expect(await bodies.upload(bodyBytes)).toBeLessThan(growthMaxBytes);
});

test('200 slow readers move the memory of the edge by less than 50 MB, and each gets its own bytes', async () => {
  await using own = new AsyncDisposableStack();
  const plan = { readers: 200, answerBytes: 4 * mebibyte };
  const { growthBytes } = await readSlowly(backingServices().pki, plan, own);
  expect(growthBytes).toBeLessThan(growthMaxBytes);
});
