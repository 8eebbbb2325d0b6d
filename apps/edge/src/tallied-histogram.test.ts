import { Histogram, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { TalliedHistogram } from './tallied-histogram.ts';

const described = { name: 'stage_seconds', help: 'Time within a stage', buckets: [0.001, 0.25, 1] };

test('shows what prom-client would show of the same observations, as text and as JSON', async () => {
  const ours = new Registry();
  const theirs = new Registry();
  const labelNames = ['stage'] as const;
  const tallied = new TalliedHistogram({ ...described, labelNames, registers: [ours] });
  const histogram = new Histogram({ ...described, labelNames, registers: [theirs] });
  for (const stage of ['ask', 'send']) {
    const tally = tallied.tally({ stage });
    // Below, on and between the bounds, and beyond them all.
    for (const seconds of [0, 0.001, 0.0011, 0.25, 0.9, 1, 1.5, 30]) {
      tally.observe(seconds);
      histogram.observe({ stage }, seconds);
    }
  }

  expect(await ours.metrics()).toBe(await theirs.metrics());
  // Ours name no exemplars, which prom-client leaves undefined or null.
  expect(await theirs.getMetricsAsJSON()).toMatchObject(await ours.getMetricsAsJSON());
});

test('shows a series of which nothing has been observed yet', async () => {
  const registry = new Registry();
  new TalliedHistogram({ ...described, registers: [registry] }).tally({});

  expect(await registry.metrics()).toContain('stage_seconds_bucket{le="+Inf"} 0');
});
