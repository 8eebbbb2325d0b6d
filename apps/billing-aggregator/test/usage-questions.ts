import { UsageReport, type UsageRow } from '@ssp/contracts';
import { expect } from 'vitest';
import { type Usage } from '../src/usage-of.ts';
import { type Asked, naiveRows } from './naive-usage.ts';
import { usage } from './store-usage.ts';

const outcomes = ['2xx', '2xx', '2xx', '4xx', '5xx', 'failed', 'refused'] as const;
const hourMs = 3_600_000;

/** Exchanges of a few systems between two instants, drawn by a generator of one’s own choice. */
export function drawUsages(
  wanted: number,
  since: string,
  hours: number,
  draw: (bound: number) => number,
): readonly Usage[] {
  return Array.from({ length: wanted }, () => {
    const [provider, consumer] = [draw(5), draw(4)];
    const outcome = outcomes[draw(outcomes.length)] ?? '2xx';
    const at = new Date(Date.parse(since) + draw(hours) * hourMs);
    const id = Array.from({ length: 32 }, () => draw(16).toString(16)).join('');
    return usage({
      internalId: id.replace(/(.{8})(.{4}).(.{3}).(.{3})(.{12})/, '$1-$2-7$3-8$4-$5'),
      hour: at.toISOString(),
      supplier: provider % 5 === 0 ? 'Supplier A' : `Supplier ${provider % 2}`,
      providerOds: `B${provider}`,
      providerAsid: `91${provider}`,
      consumerOds: `A${consumer}`,
      consumerAsid: `20${consumer}`,
      interaction: draw(2) === 0 ? 'urn:read' : 'urn:search',
      outcome,
      isBillable: outcome === '2xx' || outcome === '4xx',
      requestBytes: draw(1_000),
      responseBytes: draw(100_000),
      providerUs: outcome === 'refused' ? null : 1_000 + draw(500_000),
      totalUs: 600_000,
    });
  });
}

/** Asks about all that sums could get wrong, and holds each answer against a recount. @returns how many it asked */
export async function checkAnswers(
  usages: readonly Usage[],
  ask: (path: string) => Promise<Response>,
): Promise<number> {
  for (const asked of questions) {
    const query = new URLSearchParams({
      from: `${asked.from.slice(0, 16)}Z`,
      to: `${asked.to.slice(0, 16)}Z`,
      groupBy: asked.groupBy.join(','),
      granularity: asked.granularity,
      percentiles: 'true',
      limit: '10000',
      ...asked.filters,
    });
    const answer = await ask(`/v1/usage?${query.toString()}`);
    const report = UsageReport.parse(await answer.json());
    const rows = naiveRows(usages, asked);
    expect({ asked, rows: report.rows.map(exact) }).toEqual({ asked, rows: rows.map(exact) });
    for (const [at, row] of rows.entries()) {
      for (const percentile of ['providerMsP50', 'providerMsP95', 'ownMsP99'] as const) {
        expectClose(report.rows[at]?.[percentile], row[percentile]);
      }
    }
    const [total] = naiveRows(usages, { ...asked, groupBy: [], granularity: 'total' });
    expect(report.totals.requests).toBe(total?.requests ?? 0);
    expect(report.totals.billable).toBe(total?.billable ?? 0);
  }
  return questions.length;
}

/** What is not within 1 %, but exact. */
function exact(row: Partial<UsageRow>): object {
  return Object.fromEntries(Object.entries(row).filter(([field]) => !/P\d\d$/.test(field)));
}

function expectClose(told: number | null | undefined, counted: number | null): void {
  if (counted === null || typeof told !== 'number') expect(told ?? null).toBe(counted);
  else expect(Math.abs(told - counted) / Math.max(counted, 0.001)).toBeLessThan(0.02);
}

const year = { from: '2025-01-01T00:00:00.000Z', to: '2026-01-01T00:00:00.000Z' };
const odd = { from: '2025-01-31T22:00:00.000Z', to: '2025-03-02T05:00:00.000Z' };
const month = { from: '2025-02-01T00:00:00.000Z', to: '2025-03-01T00:00:00.000Z' };

const questions: readonly Asked[] = [
  { ...year, groupBy: [], granularity: 'total', filters: {} },
  { ...odd, groupBy: [], granularity: 'total', filters: {} },
  { ...odd, groupBy: [], granularity: 'hour', filters: {} },
  { ...odd, groupBy: [], granularity: 'day', filters: {} },
  { ...odd, groupBy: [], granularity: 'month', filters: {} },
  { ...year, groupBy: ['supplier'], granularity: 'month', filters: {} },
  { ...month, groupBy: ['supplier', 'interaction', 'outcome'], granularity: 'total', filters: {} },
  { ...odd, groupBy: ['outcome'], granularity: 'day', filters: { interaction: 'urn:read' } },
  { ...odd, groupBy: ['provider'], granularity: 'total', filters: {} },
  { ...year, groupBy: ['provider'], granularity: 'month', filters: { supplier: 'Supplier 1' } },
  { ...odd, groupBy: ['consumer'], granularity: 'day', filters: {} },
  { ...year, groupBy: ['consumer'], granularity: 'total', filters: {} },
  { ...odd, groupBy: ['provider', 'interaction'], granularity: 'total', filters: {} },
  { ...year, groupBy: ['provider'], granularity: 'month', filters: { interaction: 'urn:read' } },
  { ...year, groupBy: ['provider', 'outcome'], granularity: 'total', filters: {} },
  { ...odd, groupBy: ['interaction'], granularity: 'total', filters: { provider: 'B3' } },
  { ...odd, groupBy: ['provider'], granularity: 'day', filters: { consumer: '202', outcome: '5xx' } },
  {
    ...odd,
    groupBy: ['supplier', 'provider', 'consumer', 'interaction', 'outcome'],
    granularity: 'hour',
    filters: {},
  },
  { ...year, groupBy: ['supplier'], granularity: 'total', filters: { provider: 'nobody' } },
];
