import { expect, test } from 'vitest';
import { startSignInRig } from './sign-in-rig.ts';
import { newVisitor } from './visitor.ts';

const patience = { timeout: 60_000 };

const minutesAgo = (minutes: number) => Date.now() - minutes * 60_000;

/** The token that a page's forms send. */
const formTokenIn = (html: string) => /name="formToken" value="([^"]+)"/.exec(html)?.[1] ?? '';

test('a person signs in, is led back to the page asked for, works, and signs out here and at the provider', async () => {
  await using resources = new AsyncDisposableStack();
  const { origin, issuer, userOf, startProvider, signIn, acts } = await startSignInRig(resources);
  await startProvider();

  const { visitor, page, html } = await signIn('billing', '/usage?month=2026-03');
  // Its figures are away, so the page is 502; it is the one asked for, in the person's name.
  expect(page.status).toBe(502);
  expect(html).toContain('Ms billing (billing)');
  expect(html).toContain('Usage in March 2026');
  expect([...visitor.cookies.keys()].filter((name) => name.startsWith('ssp-'))).toEqual([
    'ssp-session-0',
    ...(visitor.cookies.has('ssp-session-1') ? ['ssp-session-1'] : []),
  ]);

  const refused = await visitor.post(
    `${origin}/sign-out`,
    { formToken: formTokenIn(html) },
    { origin: 'https://elsewhere.test' },
  );
  expect(refused.status).toBe(403);
  expect((await visitor.post(`${origin}/sign-out`, {}, { origin })).status).toBe(403);
  expect((await visitor.post(`${origin}/sign-out`, { formToken: 'x'.repeat(32) }, { origin })).status).toBe(
    403,
  );
  expect((await visitor.get(`${origin}/usage`)).status).toBe(502);

  const stolen = newVisitor(new Map(visitor.cookies));
  const left = await visitor.post(`${origin}/sign-out`, { formToken: formTokenIn(html) }, { origin });
  expect(left.status).toBe(200);
  const [, to = ''] = /^0; url=(.*)$/.exec(left.headers.get('refresh') ?? '') ?? [];
  expect(to).toMatch(`${issuer}/session/end`);
  const asked = await (await visitor.get(to)).text();
  const [, xsrf = ''] = /name="xsrf" value="([^"]+)"/.exec(asked) ?? [];
  const out = await visitor.post(`${issuer}/session/end/confirm`, { xsrf, logout: 'yes' });
  expect(await out.text()).toContain('You are signed out');
  expect((await visitor.ask(`${origin}/usage`)).status).toBe(303);
  expect(await (await visitor.get(`${origin}/usage`)).text()).toContain('name="password"');

  // What was copied before can no longer be renewed.
  expect((await stolen.ask(`${origin}/usage`)).headers.get('location')).toMatch('/sign-in?');
  await expect.poll(acts.ofPeople, patience).toEqual([
    ['signed-in', userOf('billing')],
    ['signed-out', userOf('billing')],
  ]);
});

test('each role finds its own pages, and who has none is told so, in the audit too', async () => {
  await using resources = new AsyncDisposableStack();
  const { origin, userOf, startProvider, signIn, acts } = await startSignInRig(resources, {
    CONSOLE_SERVICES: 'edge=http://127.0.0.1:9',
  });
  await startProvider();
  const seen: Record<string, unknown> = {};
  for (const role of ['billing', 'supplier', 'auditor', 'operator'] as const) {
    const { visitor, html } = await signIn(role);
    const name = /Ms \w+ \([^)]+\)/.exec(html)?.[0];
    seen[role] = [name, (await visitor.get(`${origin}/operation`)).status];
  }
  expect(seen).toEqual({
    billing: ['Ms billing (billing)', 403],
    supplier: ['Ms supplier (supplier, Cedar Clinical)', 403],
    auditor: ['Ms auditor (auditor)', 403],
    operator: ['Ms operator (operator)', 200],
  });
  const { page, html, visitor } = await signIn('nobody');
  expect(page.status).toBe(403);
  expect(html).toContain('Your account has no role here');
  expect(visitor.cookies.has('ssp-session-0')).toBe(false);
  await expect.poll(acts.ofPeople, patience).toContainEqual(['sign-in-refused', userOf('nobody')]);
});

test('the access token is renewed, once for pages that are asked for together', async () => {
  await using resources = new AsyncDisposableStack();
  const { origin, startProvider, signIn } = await startSignInRig(resources);
  const stopProvider = await startProvider();
  const { visitor } = await signIn('billing');
  for (let round = 0; round < 3; round += 1) {
    const before = visitor.cookies.get('ssp-session-0');
    const pages = await Promise.all(Array.from({ length: 4 }, () => visitor.ask(`${origin}/usage`)));
    expect(pages.map(({ status }) => status)).toEqual([502, 502, 502, 502]);
    expect(visitor.cookies.get('ssp-session-0')).not.toBe(before);
  }
  // What is still in force serves without the provider.
  await stopProvider();
  expect((await visitor.ask(`${origin}/usage`)).status).toBe(502);
});

test('without the provider nobody can sign in, and the page says so', async () => {
  await using resources = new AsyncDisposableStack();
  const { origin, startProvider, signIn, cookieOf } = await startSignInRig(resources);
  const away = await newVisitor().get(`${origin}/usage`);
  expect(away.status).toBe(503);
  expect(await away.text()).toContain('The identity provider, where people sign in, does not answer');
  const person = { name: 'Ada', role: 'billing', supplier: null, accessToken: 'a' } as const;
  const { name, value } = await cookieOf(person, { accessUntilMs: Date.now() - 1, refreshToken: 'r' });
  expect((await newVisitor(new Map([[name, value]])).ask(`${origin}/usage`)).status).toBe(503);
  await startProvider();
  expect((await signIn('billing')).html).toContain('Ms billing');
});

test('a way back that this browser did not begin signs nobody in', async () => {
  await using resources = new AsyncDisposableStack();
  const { origin, startProvider, wayBack, acts } = await startSignInRig(resources);
  await startProvider();
  const back = await wayBack('billing', newVisitor());

  const fresh = newVisitor();
  expect((await fresh.ask(back)).status).toBe(403);
  expect(fresh.cookies.size).toBe(0);

  // With an attempt of one's own it is still the other's state.
  const begun = newVisitor();
  await begun.ask(`${origin}/sign-in`);
  const mixed = await begun.ask(back);
  expect(mixed.status).toBe(403);
  expect([...begun.cookies.keys()]).toEqual([]);
  await expect.poll(() => acts.refusedFor('unfit-answer'), patience).toBeGreaterThan(0);

  const gone = newVisitor();
  await gone.ask(`${origin}/sign-in`);
  expect((await gone.ask(`${origin}/sign-in/back?error=access_denied&state=x`)).status).toBe(403);
});

test('what a slow page brings back after a sign-out is worth nothing', async () => {
  await using resources = new AsyncDisposableStack();
  const { origin, cookieOf } = await startSignInRig(resources);
  const person = { name: 'Ada', role: 'billing', supplier: null, accessToken: 'a' } as const;
  const { name, value } = await cookieOf(person);
  const { value: seenLater } = await cookieOf(person, { seenMs: Date.now() + 1_000 });
  const { value: another } = await cookieOf(person, { formToken: 'g'.repeat(32) });
  const visit = (cookie: string) => newVisitor(new Map([[name, cookie]]));
  const visitor = visit(value);
  expect((await visitor.ask(`${origin}/usage`)).status).toBe(502);
  const left = await visitor.post(`${origin}/sign-out`, { formToken: 'f'.repeat(32) }, { origin });
  expect(left.url).toBe(`${origin}/signed-out`);
  for (const cookie of [value, seenLater]) {
    const answer = await visit(cookie).ask(`${origin}/usage`);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/sign-in?to=%2Fusage']);
  }
  expect((await visit(another).ask(`${origin}/usage`)).status).toBe(502);
});

test('who has the console open by another name is led to its own before the sign-in', async () => {
  await using resources = new AsyncDisposableStack();
  const { origin } = await startSignInRig(resources);
  const other = origin.replace('127.0.0.1', 'localhost');
  const led = await newVisitor().ask(`${other}/usage?month=2026-03`);
  expect([led.status, led.headers.get('location')]).toEqual([307, `${origin}/usage?month=2026-03`]);
  expect((await newVisitor().ask(`${origin}/usage`)).headers.get('location')).toMatch('/sign-in?');
});

test('a session that was idle too long, that is too old or that was tampered with leads to the sign-in', async () => {
  await using resources = new AsyncDisposableStack();
  const { origin, cookieOf } = await startSignInRig(resources);
  const person = { name: 'Ada', role: 'billing', supplier: null, accessToken: 'a' } as const;
  const ask = async (changes: Parameters<typeof cookieOf>[1], change = (value: string) => value) => {
    const { name, value } = await cookieOf(person, changes);
    const visitor = newVisitor(new Map([[name, change(value)]]));
    const { status } = await visitor.ask(`${origin}/usage`);
    return [status, visitor.cookies.has(name)];
  };
  expect(await ask({ seenMs: minutesAgo(29), signedInMs: minutesAgo(719) })).toEqual([502, true]);
  expect(await ask({ seenMs: minutesAgo(31), signedInMs: minutesAgo(31) })).toEqual([303, false]);
  expect(await ask({ seenMs: minutesAgo(1), signedInMs: minutesAgo(721) })).toEqual([303, false]);
  expect(await ask({}, (value) => value.slice(0, -8))).toEqual([303, false]);
  expect(await ask({}, () => 'garbled')).toEqual([303, false]);
});
