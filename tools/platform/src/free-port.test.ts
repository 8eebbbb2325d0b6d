import { findFreePort } from '@ssp/testing';
import { expect, test } from 'vitest';
import { createPortChooser } from './free-port.ts';

test('platforms that start beside each other have no port in common, though nothing listens yet', async () => {
  await using resources = new AsyncDisposableStack();
  const wished = await findFreePort();
  const [one, other] = [createPortChooser(resources), createPortChooser(resources)];
  expect(await one(wished)).toBe(wished);
  const ports = [wished, await other(wished), await one(wished)];
  expect(new Set(ports).size).toBe(3);
});
