import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { exchangeEvents } from './events.ts';
import { auditRig, tokens } from './rig.ts';

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

test('an auditor and an operator find an exchange, its target masked', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await auditRig(resources);
  const { api, service } = await rig.start(resources);
  const { internalId, traceId, records } = exchangeEvents();
  await rig.publish(records);
  await expect
    .poll(() => rig.countRows([internalId]), { timeout: 100_000 })
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
      expect(response.status).toBe(200);
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
        next: null,
      });
    }
  }
  const latest = await fetch(`${api}/v1/exchanges?fromAsid=200000000359&limit=500`, bearer(tokens.auditor));
  expect(await latest.text()).toContain(internalId);
  const nobody = await fetch(`${api}/v1/exchanges?traceId=${randomUUID()}`, bearer(tokens.auditor));
  expect(await nobody.json()).toEqual({ exchanges: [], next: null });
  expect((await fetch(`${api}/v1/nothing/${randomUUID()}`, bearer(tokens.auditor))).status).toBe(404);
  // Answers are counted by the path that was declared, never by the one that was asked for.
  await expect
    .poll(() => service.metrics.metrics())
    .toMatch(/^ssp_audit_answer_seconds_count\{path="other",status="404"\} 1$/m);
  await expect
    .poll(() => service.metrics.metrics())
    .toMatch(/^ssp_audit_answer_seconds_count\{path="\/v1\/exchanges",status="200"\} 12$/m);
});

test.for([
  { asked: 'without a token', path: '/v1/exchanges', token: null, status: 401 },
  { asked: 'with an unknown token', path: '/v1/exchanges', token: 'x'.repeat(32), status: 401 },
  { asked: 'by another role', path: '/v1/exchanges', token: tokens.billing, status: 403 },
  { asked: 'by authz for whole exchanges', path: '/v1/exchanges', token: tokens.authz, status: 403 },
  {
    asked: 'by another role for decisions',
    path: '/v1/decisions/grouped',
    token: tokens.billing,
    status: 403,
  },
  { asked: 'for decisions without an id', path: '/v1/decisions', token: tokens.authz, status: 400 },
  {
    asked: 'for decisions of too long a time',
    path: '/v1/decisions/grouped?since=2026-01-01T00:00:00Z&until=2026-06-01T00:00:00Z&segments=5',
    token: tokens.authz,
    status: 400,
  },
  { asked: 'for no UUID', path: '/v1/exchanges?traceId=1', token: tokens.auditor, status: 400 },
  { asked: 'for too many', path: '/v1/exchanges?limit=501', token: tokens.auditor, status: 400 },
  {
    asked: 'for an outcome that is none',
    path: '/v1/exchanges?outcome=lost',
    token: tokens.auditor,
    status: 400,
  },
  {
    asked: 'with a cursor of nothing',
    path: '/v1/exchanges?cursor=abc',
    token: tokens.auditor,
    status: 400,
  },
  { asked: 'for what is not there', path: '/v1/exchanges?url=x', token: tokens.auditor, status: 400 },
  {
    asked: 'for too long a time',
    path: '/v1/exchanges?from=2020-01-01T00:00:00Z',
    token: tokens.auditor,
    status: 400,
  },
  { asked: 'elsewhere', path: '/v1/urls', token: tokens.auditor, status: 404 },
])('a search $asked is answered $status', async ({ path, token, status }) => {
  await using resources = new AsyncDisposableStack();
  const rig = await auditRig(resources);
  const { api } = await rig.start(resources);
  const response = await fetch(`${api}${path}`, token === null ? {} : bearer(token));
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  expect(await response.json()).toMatchObject({ status, detail: expect.any(String) });
});
