import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { exchangeEvents } from './events.ts';
import { auditRig, tokens } from './rig.ts';

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

test('an auditor and an operator find an exchange, its target masked', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await auditRig(resources);
  const { api } = await rig.start(resources);
  const { internalId, traceId, records } = exchangeEvents();
  await rig.publish(records);
  await expect
    .poll(() => rig.countRows([internalId]), { timeout: 40_000 })
    .toEqual({ rows: 2, events: 2, urls: 1 });

  for (const query of [
    `traceId=${traceId}`,
    `traceId=${traceId.toUpperCase()}`,
    `internalId=${internalId}`,
    `traceId=${traceId}&fromAsid=200000000359&toAsid=918999198738&limit=1`,
    `internalId=${internalId}&from=2026-01-01T00:00:00Z`,
  ]) {
    for (const token of [tokens.auditor, tokens.operator]) {
      const response = await fetch(`${api}/v1/exchanges?${query}`, bearer(token));
      expect(response.status, query).toBe(200);
      const text = await response.text();
      expect(text).not.toContain('9476719931');
      expect(JSON.parse(text)).toEqual({
        exchanges: [
          expect.objectContaining({
            internalId,
            traceId,
            status: 200,
            outcome: 'forwarded',
            fromAsid: '200000000359',
          }),
        ],
      });
    }
  }
  const latest = await fetch(`${api}/v1/exchanges?fromAsid=200000000359&limit=500`, bearer(tokens.auditor));
  expect(await latest.text()).toContain(internalId);
  const nobody = await fetch(`${api}/v1/exchanges?traceId=${randomUUID()}`, bearer(tokens.auditor));
  expect(await nobody.json()).toEqual({ exchanges: [] });
});

test('who may not ask, and what cannot be asked, is told so', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await auditRig(resources);
  const { api } = await rig.start(resources);
  for (const { path, init, status } of [
    { path: '/v1/exchanges', init: {}, status: 401 },
    { path: '/v1/exchanges', init: bearer('x'.repeat(32)), status: 401 },
    { path: '/v1/exchanges', init: bearer(tokens.billing), status: 403 },
    { path: '/v1/exchanges?traceId=1', init: bearer(tokens.auditor), status: 400 },
    { path: '/v1/exchanges?limit=501', init: bearer(tokens.auditor), status: 400 },
    { path: '/v1/exchanges?url=x', init: bearer(tokens.auditor), status: 400 },
    { path: '/v1/exchanges?from=2020-01-01T00:00:00Z', init: bearer(tokens.auditor), status: 400 },
    { path: '/v1/urls', init: bearer(tokens.auditor), status: 404 },
  ]) {
    const response = await fetch(`${api}${path}`, init);
    expect(response.status, path).toBe(status);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await response.json()).toMatchObject({ status, detail: expect.any(String) });
  }
});
