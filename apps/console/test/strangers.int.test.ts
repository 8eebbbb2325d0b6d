import { expect, test } from 'vitest';
import { startSignInRig } from './sign-in-rig.ts';
import { newVisitor } from './visitor.ts';

const patience = { timeout: 60_000 };

const securityOf = async (origin: string) =>
  (await fetch(`${origin}/assets/console.css`)).headers.get('strict-transport-security');

test('who spoils sign-ins without end fills no audit', async () => {
  await using resources = new AsyncDisposableStack();
  const { origin, issuer, userOf, startProvider, signIn, acts } = await startSignInRig(resources);
  await startProvider();
  const code = `spoilt_by_${userOf('billing').replaceAll(/[^a-z]/g, '_')}`;
  const begun = newVisitor();
  const to = (await begun.ask(`${origin}/sign-in`)).headers.get('location') ?? '';
  const state = new URL(to).searchParams.get('state') ?? '';
  const cookies = new Map(begun.cookies);
  const spoil = async () => {
    const back = `${origin}/sign-in/back?${new URLSearchParams({ error: code, state, iss: issuer }).toString()}`;
    return (await newVisitor(new Map(cookies)).ask(back)).status;
  };
  for (let each = 0; each < 200; each += 1) expect(await spoil()).toBe(403);
  // Who signs in later is heard of later.
  await signIn('billing');
  await expect.poll(acts.ofPeople, patience).toEqual([['signed-in', userOf('billing')]]);
  expect(acts.refusedFor(code)).toBeGreaterThan(0);
  // The minute of the clock may have ended once or twice meanwhile.
  expect(acts.refusedFor(code)).toBeLessThanOrEqual(180);
});

test('a request that cannot be read is the fault of who sent it', async () => {
  await using resources = new AsyncDisposableStack();
  const { origin, cookieOf } = await startSignInRig(resources);
  const unfit = await fetch(`${origin}/assets/nhsuk-frontend.min.css`, {
    headers: { range: 'bytes=99999999-' },
  });
  expect(unfit.status).toBe(416);

  const person = { name: 'Ada', role: 'billing', supplier: null, accessToken: 'a' } as const;
  const { name, value } = await cookieOf(person);
  const { ask } = newVisitor(new Map([[name, value]]));
  const large = { why: 'x'.repeat(2_000_000) };
  expect((await ask(`${origin}/sign-out`, { method: 'POST', body: new URLSearchParams(large) })).status).toBe(
    413,
  );
  expect((await ask(`${origin}/statements/%ff`)).status).toBe(400);
});

test('by https a browser is told to come by nothing else', async () => {
  await using resources = new AsyncDisposableStack();
  const plain = await startSignInRig(resources);
  const secure = await startSignInRig(resources, { CONSOLE_URL: 'https://console.example.test' });
  expect(await securityOf(plain.origin)).toBeNull();
  expect(await securityOf(secure.origin)).toBe('max-age=31536000');
});
