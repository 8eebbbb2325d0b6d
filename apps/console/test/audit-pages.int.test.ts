import { randomBytes } from 'node:crypto';
import { backingServices, createDatabase } from '@ssp/testing/vitest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startConsoleRig } from './console-rig.ts';
import { type Sample } from './sample-exchanges.ts';

const resources = new AsyncDisposableStack();
let auditor: (path: string, form?: Readonly<Record<string, string>>) => Promise<Response>;
let operator: typeof auditor;
let sample: Sample;

const visitor = (origin: string) => (path: string, form?: Readonly<Record<string, string>>) =>
  fetch(`${origin}${path}`, {
    redirect: 'manual',
    ...(form !== undefined && { method: 'POST', body: new URLSearchParams(form) }),
  });

beforeAll(async () => {
  const postgres = await createDatabase(resources);
  const rig = await startConsoleRig({ postgres, brokers: backingServices().kafka.brokers }, resources);
  ({ sample } = rig);
  auditor = visitor(await rig.serveTo('auditor', rig.platform.tokens.auditor));
  operator = visitor(await rig.serveTo('operator', rig.platform.tokens.operator));
});
afterAll(() => resources.disposeAsync());

const textOf = async (answer: Response) =>
  (await answer.text()).replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
const hrefOf = (html: string, text: string) =>
  new RegExp(`href="([^"]+)"[^>]*>\\s*${text}`).exec(html)?.[1]?.replaceAll('&amp;', '&') ?? '';

test('the live state says who is ready and who does not answer', async () => {
  const text = await textOf(await operator('/operation'));
  expect(text).toContain('1 matter needs somebody now.');
  expect(text).toMatch(/nowhere.*Act now.*No answer.*billing-query-api.*Good.*Ready/);
  expect((await auditor('/operation')).status).toBe(403);
});

test('the limits in force are shown, and what is wrong with an ASID', async () => {
  const text = await textOf(await operator('/operation/limits'));
  expect(text).toMatch(/Limits in force The defaults: no limits were ever loaded\. Rules/);
  expect(text).toMatch(/refused this month/);
  const faulty = await operator('/operation/limits?asid=12');
  expect([faulty.status, await textOf(faulty)]).toEqual([
    400,
    expect.stringContaining('Give an ASID as its 12 digits'),
  ]);
});

test('a search asks nothing before the reader does, then leads from page to page and to stories', async () => {
  expect(await textOf(await auditor('/audit'))).not.toContain('found');
  const path = '/audit?from=2026-03-01T00:00&to=2026-04-01T00:00&outcome=forwarded&organisation=A20047';
  const first = await (await auditor(path)).text();
  expect(first).toContain('31 March 2026 at');
  expect(first).toContain('<option value="forwarded" selected>');
  const second = await auditor(hrefOf(first, 'Older ones'));
  expect(second.status).toBe(200);
  const html = await second.text();
  expect(html).toContain('March 2026 at');
  expect(hrefOf(html, 'The newest')).toContain('/audit?organisation=A20047');
  const story = await auditor(hrefOf(html, '\\d+ March'));
  expect(await textOf(story)).toContain('Forwarded');
});

test('a search that cannot be made says at which field', async () => {
  const answer = await auditor('/audit?fromAsid=1&to=yesterday&refusal=no-agreement');
  expect(answer.status).toBe(400);
  const html = await answer.text();
  expect(html).toContain('href="#fromAsid"');
  expect(html).toContain('href="#to"');
  expect(html).toContain('value="no-agreement"');
});

test('the story of a request is told step by step', async () => {
  const text = await textOf(await auditor(`/audit/story?traceId=${sample.forwardedTraceId}`));
  expect(text).toMatch(
    /Step Receive .* Step Authorise .* allowed, .*agreement DSA-2026-014.* Step Forward .* answered 200/,
  );
  const refused = await textOf(await auditor(`/audit/story?traceId=${sample.refusedTraceId}`));
  expect(refused).toMatch(/Refused, 403 .* refused: no-agreement/);
  expect(text).toMatch(
    new RegExp(
      `Billing counted in the hour of .* as 2xx of .*, paid for.* Logs lines of .* with traceId ${sample.forwardedTraceId}`,
    ),
  );
  expect(refused).toMatch(/Billing counted in the hour of .* as refused of .*, not paid for/);
  const none = await auditor(`/audit/story?traceId=${randomBytes(16).toString('hex')}`);
  expect([none.status, await textOf(none)]).toEqual([
    200,
    expect.stringContaining('The audit holds no such exchange.'),
  ]);
  expect(await textOf(await auditor(`/audit/story?internalId=${sample.forwardedTraceId}`))).toContain(
    'The audit holds no such exchange.',
  );
  expect((await auditor('/audit/story?traceId=x')).status).toBe(400);
});

test('why a request was refused is explained by its checks', async () => {
  const text = await textOf(await operator(`/audit/story?traceId=${sample.refusedTraceId}`));
  expect(text).toMatch(/Why it was decided so Check Result Why/);
});

test('full URLs are kept from whoever is no auditor, and from an auditor without a reason', async () => {
  const path = `/audit/full-urls?traceId=${sample.forwardedTraceId}`;
  expect((await operator(path)).status).toBe(403);
  expect((await operator('/audit/full-urls', { traceId: sample.forwardedTraceId, why: 'x' })).status).toBe(
    403,
  );
  expect(await textOf(await auditor(path))).toContain('NHS numbers are visible');
  const without = await auditor('/audit/full-urls', { traceId: sample.forwardedTraceId, why: ' ' });
  expect(without.status).toBe(400);
  expect(await without.text()).not.toContain('9476719931');
  expect((await auditor('/audit/full-urls')).headers.get('location')).toBe('/audit/story');
});

test('an export wants a reason', async () => {
  const page = await auditor('/audit/export?outcome=refused&from=2026-03-01T00:00&to=2026-04-01T00:00');
  expect(await textOf(page)).toMatch(/Outcome refused/);
  const without = await auditor('/audit/export', { outcome: 'refused', why: '' });
  expect(without.status).toBe(400);
  expect(await without.text()).toContain('href="#why"');
});
