import { expect, test } from 'vitest';
import { type PlatformCard } from '../src/platform-card.ts';
import { watchedServices } from '../src/watched-services.ts';
import { signedInPage } from './signed-in-page.ts';

/** Registers the tests of the console; they want usage to be there, and change nothing. */
export function consoleTests(card: () => PlatformCard): void {
  test('people who sign in see the usage in the console', async () => {
    const page = await signedInPage(card(), 'billing', '/usage');
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('GP System 2');
  });

  test('operators see the live state of every service in the console', async () => {
    const page = await signedInPage(card(), 'operator', '/operation');
    const html = await page.text();
    for (const service of watchedServices) expect(html).toContain(service);
    expect(html).not.toContain('No answer');
  });
}
