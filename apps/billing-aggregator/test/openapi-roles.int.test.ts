import { readFile } from 'node:fs/promises';
import { startStubIssuer } from '@ssp/testing';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { openApiFile } from '../src/api/openapi.ts';
import { operations } from '../src/api/operations.ts';
import { booksRig, exchanges, graduated } from './books-rig.ts';

const all = ['billing', 'operator', 'auditor', 'supplier'];
const readers = ['billing', 'operator', 'auditor'];
const march = 'month=2026-03';

type Asked = {
  readonly asked: string;
  /** With what the braces of the path stand for, and a query. */
  readonly at?: string;
  readonly body?: object;
  readonly roles: readonly string[];
  /** 200 where it is left out. */
  readonly status?: number;
};

/** Who may ask what: written down here once more, so that no role comes to an operation unnoticed. */
const table: readonly Asked[] = [
  { asked: 'GET /v1/usage', at: `/v1/usage?${march}`, roles: all },
  { asked: 'GET /v1/months', roles: all },
  { asked: 'GET /v1/exchanges', at: `/v1/exchanges?${march}`, roles: all },
  {
    asked: 'GET /v1/exchanges/{internalId}',
    at: '/v1/exchanges/09a01679-2564-4fb4-8129-aecc81ea2706?hour=2026-03-01T10:00:00Z',
    roles: all,
  },
  { asked: 'GET /v1/statements', roles: all },
  { asked: 'GET /v1/statements/{number}', at: '/v1/statements/SSP-2026-03-0001', roles: all },
  {
    asked: 'GET /v1/statements/{number}/lines/{line}/exchanges',
    at: '/v1/statements/SSP-2026-03-0001/lines/1/exchanges',
    roles: all,
  },
  { asked: 'GET /v1/adjustments', roles: all },
  { asked: 'GET /v1/tariffs', roles: readers },
  { asked: 'GET /v1/tariffs/export', roles: readers },
  { asked: 'POST /v1/tariffs/diff', body: { text: graduated }, roles: readers },
  { asked: 'GET /v1/months/{month}', at: '/v1/months/2026-03', roles: readers },
  { asked: 'GET /v1/month-states', roles: readers },
  { asked: 'GET /v1/reconciliations', at: `/v1/reconciliations?${march}`, roles: readers },
  { asked: 'GET /v1/acceptances', at: `/v1/acceptances?${march}`, roles: readers },
  {
    asked: 'POST /v1/acceptances',
    body: { from: '2026-02-01T00:00Z', to: '2026-03-01T00:00Z', why: 'before the audit' },
    roles: ['billing'],
  },
  // It gets as far as to say that this process is not given the audit.
  {
    asked: 'POST /v1/reconciliations',
    body: { month: '2026-03' },
    roles: ['billing', 'operator'],
    status: 503,
  },
  {
    asked: 'POST /v1/tariffs',
    body: { text: graduated, version: '1', why: 'CHG-12' },
    roles: ['billing'],
  },
  {
    asked: 'POST /v1/months/{month}/close',
    at: '/v1/months/2026-04/close',
    body: { dryRun: true },
    roles: ['billing'],
  },
  {
    asked: 'POST /v1/adjustments',
    body: { number: 'SSP-2026-03-0001', line: 1, amount: '-0.01', reason: 'a test call' },
    roles: ['billing'],
  },
];

const Described = z.object({
  paths: z.record(
    z.string(),
    z.partialRecord(
      z.enum(['get', 'post']),
      z.object({
        operationId: z.string(),
        description: z.string(),
        responses: z.object({ 200: z.object({ content: z.record(z.string(), z.unknown()) }) }),
      }),
    ),
  ),
});

/** What `openapi.json` describes, by method and path. */
async function readDescribed() {
  const { paths } = Described.parse(JSON.parse(await readFile(openApiFile, 'utf8')));
  return new Map(
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]): readonly [string, typeof operation] => [
        `${method.toUpperCase()} ${path}`,
        operation,
      ]),
    ),
  );
}

test('every operation that is described is served to its roles and to nobody else', async () => {
  await using resources = new AsyncDisposableStack();
  const books = await booksRig(resources);
  const { issuer, audience, token } = await startStubIssuer(resources);
  const api = await books.startApi({ issuer, audience, caFile: null }, books.signingKeyFile);
  await books.load(graduated);
  await books.count(exchanges(3));
  await books.close('2026-03');
  const described = await readDescribed();
  expect([...described.keys()].toSorted()).toEqual(table.map(({ asked }) => asked).toSorted());

  const bearers = new Map(
    [...all, 'consumer', 'reconcile'].map((role) => [
      role,
      token({ ssp_role: role, ...(role === 'supplier' && { ssp_supplier: 'Supplier A' }) }),
    ]),
  );
  for (const { asked, at, body, roles, status = 200 } of table) {
    const [method = '', path = ''] = asked.split(' ');
    const ask = (bearer?: string) =>
      fetch(`${api}${at ?? path}`, {
        method,
        headers: {
          'content-type': 'application/json',
          ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    const operation = described.get(asked);
    expect({ asked, for: operation?.description }).toEqual({
      asked,
      for: `For the roles ${roles.join(', ')}.`,
    });
    expect({ asked, status: (await ask()).status }).toEqual({ asked, status: 401 });
    for (const [role, bearer] of bearers) {
      const answer = await ask(bearer);
      const told = await answer.text();
      const due = roles.includes(role) ? status : 403;
      expect({ asked, role, status: answer.status, told }).toEqual({ asked, role, status: due, told });
      if (answer.status !== 200) continue;
      const [type = ''] = (answer.headers.get('content-type') ?? '').split(';');
      expect(Object.keys(operation?.responses[200].content ?? {})).toContain(type);
      operations[operation?.operationId ?? '']?.answers[type]?.parse(JSON.parse(told));
    }
  }
});
