import { pino } from 'pino';
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { usage } from '../test/store-usage.ts';
import { aggregatorMetrics } from './metrics.ts';
import { tellBatch } from './tell-batch.ts';

const batch = { topic: 'topic', partition: 0, records: [], highWatermark: 0n, earlierAreGone: false };
const applied = { nextOffset: 0n, others: 0, duplicates: 0, quarantined: 0 };
const now = new Date('2026-03-31T12:59:59.999Z');

test.for([
  { hour: '2026-03-31T12:00:00.000Z', late: 0 },
  { hour: '2026-03-31T11:00:00.000Z', late: 0 },
  { hour: '2026-03-31T10:00:00.000Z', late: 1 },
  { hour: '2025-03-31T12:00:00.000Z', late: 1 },
])('of the hour $hour an exchange is late: $late', async ({ hour, late }) => {
  const registry = new Registry();
  const counted = [
    usage({ hour }),
    usage({ hour: now.toISOString(), outcome: 'refused', isBillable: false }),
  ];
  tellBatch(batch, { ...applied, counted }, now, aggregatorMetrics(registry), pino({ level: 'silent' }));
  const told = await registry.metrics();
  expect(told).toContain(`ssp_billing_late_exchanges_total ${late}\n`);
  expect(told).toContain('ssp_billing_exchanges_total{outcome="2xx",billable="true"} 1\n');
  expect(told).toContain('ssp_billing_exchanges_total{outcome="refused",billable="false"} 1\n');
});
