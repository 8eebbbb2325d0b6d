import { Gauge, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { readSamples } from './metric-samples.ts';

test('figures are read as they were written, whatever stands in their labels', async () => {
  const registry = new Registry();
  const registers = [registry];
  const issuer = 'CN="Root, \\ {1}"\nO=x';
  new Gauge({ name: 'ssp_crl', help: 'Of a CA', labelNames: ['issuer', 'state'], registers }).set(
    { issuer, state: 'fresh' },
    1.5,
  );
  new Gauge({ name: 'ssp_age', help: 'ssp_age 7', registers }).set(Number.NaN);
  new Gauge({ name: 'ssp_far', help: 'Far', registers }).set(Number.POSITIVE_INFINITY);
  new Gauge({ name: 'process_cpu', help: 'Not ours', registers }).set(1);
  expect(readSamples(await registry.metrics())).toEqual([
    { name: 'ssp_crl', labels: { issuer, state: 'fresh' }, value: 1.5 },
    { name: 'ssp_age', labels: {}, value: Number.NaN },
    { name: 'ssp_far', labels: {}, value: Number.POSITIVE_INFINITY },
  ]);
});
