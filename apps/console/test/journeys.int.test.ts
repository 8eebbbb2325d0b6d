import { text } from 'node:stream/consumers';
import { AuditRead, PersonActed, StatementList, statementsPath } from '@ssp/contracts';
import { backingServices, createDatabase } from '@ssp/testing/vitest';
import { type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { startBrowser, type TestBrowser } from './browser.ts';
import { startConsoleRig } from './console-rig.ts';
import { type Who } from './identity-provider.ts';
import { closeFebruary } from './sample-tariffs.ts';
import { fillSignIn, signInByBrowser } from './sign-in-by-browser.ts';

const DeedsTold = z.object({ events: z.array(PersonActed.schema) });
const ReadsTold = z.object({ events: z.array(AuditRead.schema) });

const resources = new AsyncDisposableStack();
let browser: TestBrowser;
let rig: Awaited<ReturnType<typeof startConsoleRig>>;

beforeAll(async () => {
  const postgres = await createDatabase(resources);
  rig = await startConsoleRig({ postgres, brokers: backingServices().kafka.brokers }, resources);
  browser = await startBrowser(resources, []);
  await closeFebruary(rig.platform);
});
afterAll(() => resources.disposeAsync());

/** A page of a new browser, on which somebody has asked for `path` and signed in. */
const signIn = (who: Who, path = '/', options: BrowserContextOptions = {}) =>
  signInByBrowser(browser, rig, { who, path, options });

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL(`${rig.identity.issuer}/**`);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL(`${rig.origin}/signed-out`);
}

const heading = (page: Page) => page.locator('h1').textContent();
const follow = (page: Page, name: string) =>
  page.locator('.console-pages').getByRole('link', { name, exact: true }).click();
const followPart = (page: Page, name: string) =>
  page.locator('header').getByRole('link', { name, exact: true }).click();

test('billing goes from the month to the exchanges behind a figure, to the statements, and leaves', async () => {
  const page = await signIn('billing');
  expect(await heading(page)).toContain('Overview');
  expect(await page.locator('header').textContent()).toContain('Ms billing (billing)');

  await follow(page, 'Usage');
  await page.getByLabel('Month').selectOption('2026-03');
  await page.getByText('Only some of it').click();
  await page.getByLabel('Supplier', { exact: true }).last().fill('Orange Health');
  await page.getByRole('button', { name: 'Show' }).click();
  await page.waitForURL(/supplier=Orange\+Health/);
  expect(await heading(page)).toBe('Usage in March 2026');
  const figures = page.getByRole('table').last();
  expect(await figures.textContent()).not.toContain('Birch & Sons Systems');

  await figures.locator('a[href^="/usage/exchanges"]').first().click();
  await page.waitForURL('**/usage/exchanges?**');
  expect(await heading(page)).toBe('Exchanges behind a figure');
  expect(await page.getByRole('table').textContent()).toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-4/);

  await followPart(page, 'Billing');
  expect(await heading(page)).toBe('Statements');
  await signOut(page);
  expect(await heading(page)).toBe('You are signed out');
  await page.goto('/usage');
  expect(await heading(page)).toBe('Sign in');
});

test('a supplier finds its own figures alone, and is told of pages that are not for it', async () => {
  const page = await signIn('supplier', '/usage?month=2026-03&groupBy=supplier');
  const figures = page.getByRole('table').last();
  expect(await figures.textContent()).toContain('Cedar Clinical');
  expect(await figures.textContent()).not.toMatch(/Orange|Birch/);
  await page.goto('/usage?month=2026-03&groupBy=supplier&supplier=Orange+Health');
  expect(await page.locator('main').textContent()).not.toMatch(/Orange Health\s*[\d,]+/);
  for (const path of ['/operation', '/operation/limits', '/audit', '/audit/story']) {
    const answer = await page.goto(path);
    expect([path, answer?.status(), await heading(page)]).toEqual([path, 403, 'You cannot see this page']);
    expect(await page.locator('main').textContent()).toContain('ask whoever gave you access');
  }
  expect(await browser.faults(page)).toEqual([]);
});

test('a supplier reads the statement of a closed month down to its exchanges, takes it out, and finds no other', async () => {
  const heads = await fetch(`${rig.platform.billing.url}${statementsPath}?month=2026-02`, {
    headers: { authorization: `Bearer ${rig.platform.tokens.billing}` },
  });
  const { statements } = StatementList.parse(await heads.json());
  const own = statements.find(({ supplier }) => supplier === 'Cedar Clinical')?.number ?? 'none';
  const others = statements.filter(({ supplier }) => supplier !== 'Cedar Clinical');
  expect(others.length).toBeGreaterThan(1);

  const page = await signIn('supplier');
  await followPart(page, 'Billing');
  expect(await heading(page)).toBe('Statements');
  const list = await page.getByRole('table').textContent();
  expect(list).toContain(own);
  for (const { number, supplier } of others)
    for (const name of [number, supplier]) expect(list).not.toContain(name);
  await page.getByRole('link', { name: own }).click();
  expect(await heading(page)).toBe(`Statement ${own}`);
  expect(await page.locator('main').textContent()).toMatch(/Cedar Clinical[^]*Up to the minimum/);
  expect(
    await page
      .locator('main')
      .getByRole('link', { name: /Correct/ })
      .count(),
  ).toBe(0);

  const coming = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download as CSV' }).click();
  const file = await coming;
  expect(file.suggestedFilename()).toBe(`${own}.csv`);
  expect(await text(await file.createReadStream())).toContain('Cedar Clinical');

  await page.getByRole('link', { name: 'Exchanges of line 1' }).click();
  expect(await heading(page)).toBe('Exchanges of line 1');
  expect(await page.getByRole('table').textContent()).toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-4/);
  expect(await page.getByRole('table').locator('a').count()).toBe(0);

  for (const { number } of others) {
    for (const path of ['', '/csv', '/json', '/html', '/lines/1']) {
      const answer = await page.goto(`/statements/${number}${path}`);
      expect([number, path, answer?.status()]).toEqual([number, path, 404]);
    }
  }
  await page.goto('/downloads?month=2026-02');
  expect(await page.locator('main').textContent()).not.toMatch(/Orange|Birch/);
  await expect.poll(() => exportsOf('supplier')).toEqual([['statement', own, 'csv']]);
});

/** The files of billing that the audit knows somebody to have taken out. */
async function exportsOf(who: Who) {
  const answer = await fetch(`${rig.platform.auditUrl}/v1/events?kind=person.acted&limit=500`, {
    headers: { authorization: `Bearer ${rig.platform.tokens.auditor}` },
  });
  return DeedsTold.parse(await answer.json())
    .events.map(({ data }) => data)
    .filter(({ action, who: { subject } }) => action === 'exported' && subject === rig.identity.userOf(who))
    .map(({ what: { file, number, format } }) => [file, number, format]);
}

test('an auditor searches, reads a story and takes out what was found, which the audit holds too', async () => {
  const page = await signIn('auditor', '/audit');
  await page.getByLabel('From', { exact: true }).fill('2026-03-31T00:00');
  await page.getByLabel('Until').fill('2026-04-01T00:00');
  await page.getByLabel('Outcome').selectOption('forwarded');
  await page.getByRole('button', { name: 'Search' }).click();
  await page.waitForURL('**/audit?**');
  await page.getByRole('table').locator('a').first().click();
  expect(await heading(page)).toBe('Story of a request');
  expect(await page.locator('main').textContent()).toMatch(/Receive[^]*Authorise[^]*Forward/);

  await page.goBack();
  await page.getByRole('link', { name: 'Take out all that was found' }).click();
  const why = `extract ${rig.sample.forwardedTraceId}`;
  await page.getByLabel('Why do you take them out?').fill(why);
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download' }).click();
  const file = await coming;
  expect(file.suggestedFilename()).toBe('exchanges.csv');
  expect(await text(await file.createReadStream())).toContain(rig.sample.forwardedTraceId);
  const by = `auditor:Ms auditor (${rig.identity.userOf('auditor')})`;
  await expect.poll(() => readsFor(why)).toEqual([by]);
});

/** Who has taken out of the audit on this ground, as the audit holds it. */
async function readsFor(why: string): Promise<readonly string[]> {
  const answer = await fetch(`${rig.platform.auditUrl}/v1/events?kind=audit.read&limit=500`, {
    headers: { authorization: `Bearer ${rig.platform.tokens.auditor}` },
  });
  return ReadsTold.parse(await answer.json())
    .events.map(({ data }) => data)
    .filter((read) => read.why === why)
    .map(({ who }) => who);
}

test('an operator looks at the services, the limits of a consumer and one of its requests', async () => {
  const page = await signIn('operator', '/operation');
  expect(await heading(page)).toBe('Live state');
  expect(await page.locator('main').textContent()).toContain('1 matter needs somebody now.');
  await follow(page, 'Limits and refusals');
  await page.getByLabel('ASID of a consumer').fill('200000000359');
  await page.getByRole('button', { name: 'Show its use' }).click();
  await page.waitForURL('**/operation/limits?asid=200000000359');
  expect(await page.getByLabel('ASID of a consumer').inputValue()).toBe('200000000359');
  expect(await page.locator('main').textContent()).toContain('500/s, burst 1000');
  await followPart(page, 'Audit');
  await follow(page, 'Story of a request');
  await page.getByLabel('Trace id').fill(rig.sample.refusedTraceId);
  await page.getByRole('button', { name: 'Tell the story' }).click();
  await page.waitForURL('**/audit/story?**');
  expect(await page.locator('main').textContent()).toMatch(/Refused, 403[^]*no-agreement/);
});

test('a wrong password is told, and does not stand in the way of the right one', async () => {
  const page = await browser.visit({ baseURL: rig.origin });
  await page.goto('/usage?month=2026-03');
  await fillSignIn(page, rig.identity, 'billing', 'wrong horse');
  expect(await page.getByRole('alert').textContent()).toBe('Wrong user name or password.');
  await fillSignIn(page, rig.identity, 'billing');
  await page.waitForURL('**/usage?month=2026-03');
  expect(await heading(page)).toBe('Usage in March 2026');
});

test('the keyboard alone leads in, about and out, and it is always seen where one is', async () => {
  const page = await browser.visit({ baseURL: rig.origin });
  await page.goto('/overview');
  await somethingFocused(page);
  await page.keyboard.type(rig.identity.userOf('operator'));
  await page.keyboard.press('Tab');
  await page.keyboard.type(rig.identity.password);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/overview');

  await tabTo(page, 'Operation');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/operation');
  await tabTo(page, 'Limits and refusals');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/operation/limits');
  await tabTo(page, 'ASID of a consumer');
  await page.keyboard.type('200000000360');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/operation/limits?asid=200000000360');
  await tabTo(page, 'Sign out');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${rig.identity.issuer}/**`);
  await somethingFocused(page);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/signed-out');
  expect(await heading(page)).toBe('You are signed out');
});

/** A page that focuses something by itself does so once it is drawn, which may be after it is loaded. */
const somethingFocused = (page: Page) => page.locator(':focus').waitFor();

/** Presses Tab until that is focused; every step on the way must be seen. */
async function tabTo(page: Page, name: string): Promise<void> {
  const focused = page.locator(':focus');
  for (let steps = 0; steps < 60; steps += 1) {
    await page.keyboard.press('Tab');
    expect([name, steps, await focused.count(), await focused.isVisible()]).toEqual([name, steps, 1, true]);
    const mark =
      'getComputedStyle(document.activeElement).boxShadow + getComputedStyle(document.activeElement).outlineStyle';
    expect(await page.evaluate(mark)).not.toBe('nonenone');
    const label = 'document.activeElement.labels?.[0]?.textContent ?? document.activeElement.textContent';
    if (String(await page.evaluate(label)).trim() === name) return;
  }
  throw new Error(`the keyboard does not come to ${name}`);
}

test('all of it works without scripts', async () => {
  const page = await signIn('auditor', '/usage', { javaScriptEnabled: false });
  await page.getByLabel('Month').selectOption('2026-02');
  await page.getByRole('button', { name: 'Show' }).click();
  await page.waitForURL('**/usage?month=2026-02**');
  expect(await heading(page)).toBe('Usage in February 2026');
  await page.getByRole('table').last().locator('a[href^="/usage/exchanges"]').first().click();
  await page.waitForURL('**/usage/exchanges?**');
  await page.getByRole('table').locator('a').first().click();
  await page.waitForURL('**/audit/story?**');
  expect(await page.locator('main').textContent()).toContain('Receive');
  await signOut(page);
});

test('on paper there are the figures, and no ways to elsewhere', async () => {
  const page = await signIn('billing', '/usage?month=2026-03');
  await page.emulateMedia({ media: 'print' });
  for (const part of ['header nav', 'header form', '.console-pages', '.console-choices', '.console-no-print'])
    expect([part, await page.locator(part).first().isVisible()]).toEqual([part, false]);
  expect(await page.locator('h1').isVisible()).toBe(true);
  expect(await page.getByRole('table').last().isVisible()).toBe(true);
  expect(await page.locator('.console-chart svg').first().isVisible()).toBe(true);
  // As wide as a sheet within its margins: narrower than a screen on which tables are tables.
  await page.setViewportSize({ width: 718, height: 1_000 });
  const styleOf = (part: string, property: string) =>
    page.evaluate(`getComputedStyle(document.querySelector('.console-table ${part}')).${property}`);
  expect(await styleOf('thead th', 'display')).toBe('table-cell');
  expect(await styleOf('tbody .nhsuk-table__heading', 'display')).toBe('none');
  const afterLink = `getComputedStyle(document.querySelector('.console-table a'), '::after').content`;
  expect(await page.evaluate(afterLink)).toBe('none');
});
