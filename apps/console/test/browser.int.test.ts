import { backingServices, createDatabase } from '@ssp/testing/vitest';
import { type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBrowser, type TestBrowser } from './browser.ts';
import { startConsoleRig } from './console-rig.ts';
import { closeFebruary } from './sample-tariffs.ts';

const resources = new AsyncDisposableStack();
let browser: TestBrowser;
let rig: Awaited<ReturnType<typeof startConsoleRig>>;
let origin: string;
let beyondNavigation: Readonly<Record<'billing' | 'operator' | 'auditor', readonly string[]>>;

beforeAll(async () => {
  const postgres = await createDatabase(resources);
  rig = await startConsoleRig({ postgres, brokers: backingServices().kafka.brokers }, resources);
  browser = await startBrowser(resources, [rig.cookie]);
  ({ origin } = rig);
  await closeFebruary(rig.platform);
  const { forwardedTraceId, refusedTraceId } = rig.sample;
  const march = 'from=2026-03-01T00:00&to=2026-04-01T00:00';
  beyondNavigation = {
    billing: [
      '/usage?month=2026-03&groupBy=supplier,outcome',
      '/statements/SSP-2026-02-0001',
      '/statements/SSP-2026-02-0001/lines/1',
      '/statements/SSP-2026-02-0001/correction?line=1',
      '/downloads?month=2026-02',
      '/months/2026-02',
      '/months/2026-03/close',
      '/tariffs/proposal',
    ],
    operator: ['/operation/limits?asid=200000000359', `/audit/story?traceId=${refusedTraceId}`],
    auditor: [
      `/audit?${march}`,
      `/audit/export?${march}`,
      `/audit/story?traceId=${forwardedTraceId}`,
      `/audit/full-urls?traceId=${forwardedTraceId}`,
    ],
  };
});
afterAll(() => resources.disposeAsync());

/** The addresses that the page's header, and the list of pages of its part, lead to. */
async function navigation(page: Page): Promise<readonly string[]> {
  const links = await page.locator('header a, .console-pages a').all();
  const addresses = await Promise.all(links.map((link) => link.getAttribute('href')));
  return [...new Set(addresses.filter((address) => address?.startsWith('/')))].map(String);
}

test.for(['billing', 'operator', 'auditor'] as const)(
  'every page of the navigation can be used by everybody, on a screen and on a phone: %s',
  async (role) => {
    const baseURL = await rig.serveTo(role, rig.platform.tokens[role]);
    const wide = await browser.visit({ baseURL });
    const narrow = await browser.visit({ baseURL, viewport: { width: 375, height: 800 } });
    await wide.goto('/');
    const addresses = [...(await navigation(wide)), ...beyondNavigation[role]];
    expect(addresses.length).toBeGreaterThan(1);
    for (const page of [wide, narrow]) {
      for (const address of addresses) {
        const answer = await page.goto(address);
        expect([address, answer?.status()]).toEqual([address, 200]);
        expect([address, ...(await browser.faults(page))]).toEqual([address]);
        expect([address, await page.locator('h1').count()]).toEqual([address, 1]);
        const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
        expect([address, await page.evaluate(overflow)]).toEqual([address, 0]);
      }
    }
  },
);

test('the keyboard reaches what the pointer does, the skip link first, and shows where it is', async () => {
  const page = await browser.visit({ baseURL: origin });
  await page.goto('/usage');
  await page.keyboard.press('Tab');
  const focused = page.locator(':focus');
  expect(await focused.textContent()).toContain('Skip to main content');
  expect(await focused.isVisible()).toBe(true);
  await page.keyboard.press('Enter');
  expect(new URL(page.url()).hash).toBe('#maincontent');
});

test('pages are whole without scripts', async () => {
  const page = await browser.visit({ baseURL: origin, javaScriptEnabled: false });
  await page.goto('/usage?month=2026-03');
  expect(await page.locator('h1').textContent()).toContain('March 2026');
  expect(await page.getByRole('table').first().textContent()).toContain('Birch & Sons Systems');
});
