import { backingServices, createDatabase } from '@ssp/testing/vitest';
import { type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBrowser, type TestBrowser } from './browser.ts';
import { startConsoleRig } from './console-rig.ts';

const resources = new AsyncDisposableStack();
let browser: TestBrowser;
let origin: string;

beforeAll(async () => {
  const postgres = await createDatabase(resources);
  [{ origin }, browser] = await Promise.all([
    startConsoleRig({ postgres, brokers: backingServices().kafka.brokers }, resources),
    startBrowser(resources),
  ]);
});
afterAll(() => resources.disposeAsync());

/** The addresses that the page's header leads to. */
async function navigation(page: Page): Promise<readonly string[]> {
  const links = await page.locator('header a').all();
  const addresses = await Promise.all(links.map((link) => link.getAttribute('href')));
  return [...new Set(addresses.filter((address) => address?.startsWith('/')))].map(String);
}

test('every page of the navigation can be used by everybody, on a screen and on a phone', async () => {
  const wide = await browser.visit({ baseURL: origin });
  const narrow = await browser.visit({ baseURL: origin, viewport: { width: 375, height: 800 } });
  await wide.goto('/');
  const addresses = await navigation(wide);
  expect(addresses).not.toEqual([]);
  for (const page of [wide, narrow]) {
    for (const address of addresses) {
      const answer = await page.goto(address);
      expect([address, answer?.status()]).toEqual([address, 200]);
      expect(await browser.faults(page)).toEqual([]);
      expect([address, await page.locator('h1').count()]).toEqual([address, 1]);
      const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
      expect([address, await page.evaluate(overflow)]).toEqual([address, 0]);
    }
  }
});

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
