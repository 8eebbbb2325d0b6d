import { CountedExchanges, UsageReport } from '@ssp/contracts';
import { startStubIssuer, seededRandom } from '@ssp/testing';
import { expect, test } from 'vitest';
import { billingRig, tokens } from './rig.ts';
import { storeUsage } from './store-usage.ts';
import { checkAnswers, drawUsages } from './usage-questions.ts';

async function questionRig(resources: AsyncDisposableStack) {
  const billing = await billingRig(resources);
  const usages = drawUsages(3_000, '2025-01-30T00:00:00.000Z', 24 * 40, seededRandom(7).below);
  await storeUsage(billing.pool, usages);
  const issuer = await startStubIssuer(resources);
  const api = await billing.startApi({ issuer: issuer.issuer, audience: issuer.audience, caFile: null });
  const ask = (path: string, token: string = tokens.billing) =>
    fetch(`${api}${path}`, { headers: { authorization: `Bearer ${token}` } });
  return { ...billing, usages, ask, issuer };
}

test('every question is answered as a recount of the exchanges answers it', async () => {
  await using resources = new AsyncDisposableStack();
  const { usages, ask } = await questionRig(resources);
  expect(await checkAnswers(usages, ask)).toBeGreaterThan(10);
});

test('top lists go by their figure, and the rest comes by pages', async () => {
  await using resources = new AsyncDisposableStack();
  const { ask } = await questionRig(resources);
  const path = '/v1/usage?month=2025-02&groupBy=provider,consumer&order=-requests';
  const whole = UsageReport.parse(await (await ask(path)).json());
  const counts = whole.rows.map(({ requests }) => requests);
  expect(counts).toEqual(counts.toSorted((a, b) => b - a));
  const paged: unknown[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page = UsageReport.parse(
      await (await ask(`${path}&limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`)).json(),
    );
    paged.push(...page.rows);
    cursor = page.next;
  }
  expect(paged).toEqual(whole.rows);
});

test('a period is compared with the one before', async () => {
  await using resources = new AsyncDisposableStack();
  const { usages, ask } = await questionRig(resources);
  const answer = await ask('/v1/usage?month=2025-03&groupBy=supplier&granularity=month&compare=previous');
  const report = UsageReport.parse(await answer.json());
  const requestsOf = (month: string, supplier: string) =>
    usages.filter((it) => it.hour.startsWith(month) && it.supplier === supplier).length;
  for (const { supplier = '', previous, change, requests } of report.rows) {
    const former = requestsOf('2025-02', supplier);
    expect(previous?.requests).toBe(former);
    expect(change?.requests).toBeCloseTo((requests - former) / former, 3);
  }
  expect(report.rows).toHaveLength(3);
  expect(report.previous?.period).toEqual({
    from: '2025-02-01T00:00:00.000Z',
    to: '2025-03-01T00:00:00.000Z',
  });
  expect(report.previous?.totals.requests).toBe(usages.filter((it) => it.hour.startsWith('2025-02')).length);
  // As far into the ten days before: hours by hours.
  const days = UsageReport.parse(
    await (
      await ask('/v1/usage?from=2025-02-15T00:00Z&to=2025-02-25T00:00Z&granularity=day&compare=previous')
    ).json(),
  );
  expect(days.rows.map(({ previous }) => previous?.requests)).toEqual(
    Array.from({ length: 10 }, (_, at) => {
      const day = `2025-02-${String(at + 5).padStart(2, '0')}`;
      return usages.filter((it) => it.hour.startsWith(day)).length;
    }),
  );
});

test('the exchanges behind a figure are found, each once', async () => {
  await using resources = new AsyncDisposableStack();
  const { usages, ask } = await questionRig(resources);
  const listed = async (query: string) => {
    const ids: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = CountedExchanges.parse(
        await (
          await ask(`/v1/exchanges?${query}&limit=40${cursor === '' ? '' : `&cursor=${cursor}`}`)
        ).json(),
      );
      ids.push(...page.exchanges.map(({ internalId }) => internalId));
      cursor = page.next;
    }
    return ids;
  };
  const inYear = 'from=2025-01-01T00:00Z&to=2026-01-01T00:00Z';
  const ids = (of: typeof usages) => of.map(({ internalId }) => internalId).toSorted();
  expect((await listed('month=2025-02&provider=B3&outcome=5xx')).toSorted()).toEqual(
    ids(
      usages.filter((it) => it.providerOds === 'B3' && it.outcome === '5xx' && it.hour.startsWith('2025-02')),
    ),
  );
  expect((await listed(`${inYear}&consumer=201&billable=true`)).toSorted()).toEqual(
    ids(usages.filter((it) => it.consumerAsid === '201' && it.isBillable)),
  );
  expect((await listed('from=2025-02-03T05:00Z&to=2025-02-03T09:00Z')).toSorted()).toEqual(
    ids(usages.filter(({ hour }) => hour >= '2025-02-03T05' && hour < '2025-02-03T09')),
  );
  expect(await listed(`${inYear}&supplier=nobody`)).toEqual([]);
});

test('a supplier is shown its own figures and exchanges, and no other’s', async () => {
  await using resources = new AsyncDisposableStack();
  const { usages, ask, issuer } = await questionRig(resources);
  const token = issuer.token({ ssp_role: 'supplier', ssp_supplier: 'Supplier A' });
  const report = UsageReport.parse(
    await (await ask('/v1/usage?month=2025-02&groupBy=supplier,provider&compare=previous', token)).json(),
  );
  expect(new Set(report.rows.map(({ supplier }) => supplier))).toEqual(new Set(['Supplier A']));
  const own = usages.filter((it) => it.supplier === 'Supplier A');
  expect(report.totals.requests).toBe(own.filter(({ hour }) => hour.startsWith('2025-02')).length);
  expect(report.previous?.totals.requests).toBe(own.filter(({ hour }) => hour.startsWith('2025-01')).length);
  const page = CountedExchanges.parse(await (await ask('/v1/exchanges?month=2025-02', token)).json());
  expect(new Set(page.exchanges.map(({ supplier }) => supplier))).toEqual(new Set(['Supplier A']));
  for (const path of ['/v1/usage', '/v1/exchanges']) {
    expect((await ask(`${path}?month=2025-02&supplier=Supplier+1`, token)).status).toBe(403);
  }
});

test.for([
  { query: 'month=2025-02&cursor=x', says: 'cursor' },
  { query: 'month=2025-02&limit=0&order=patient', says: 'limit' },
  { query: 'month=2025-02&limit=0&order=patient', says: 'order' },
  { query: 'month=2025-02&outcome=fine&granularity=week', says: 'granularity' },
  { query: 'month=2025-02&outcome=fine&granularity=week', says: 'outcome' },
  { query: 'from=2000-01-01T00:00Z&to=2099-01-01T00:00Z', says: 'to' },
])('$query is refused, and $says named', async ({ query, says }) => {
  await using resources = new AsyncDisposableStack();
  const billing = await billingRig(resources);
  const api = await billing.startApi();
  const headers = { authorization: `Bearer ${tokens.billing}` };
  const answer = await fetch(`${api}/v1/usage?${query}`, { headers });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ detail: expect.stringContaining(`${says}: `) });
});
