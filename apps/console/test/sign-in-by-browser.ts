import { type BrowserContextOptions, type Page } from 'playwright-core';
import { type TestBrowser } from './browser.ts';
import { type TestIdentityProvider, type Who } from './identity-provider.ts';

/** Fills in the form of the identity provider, which the browser shows, and sends it. */
export async function fillSignIn(
  page: Page,
  { password: right, userOf }: TestIdentityProvider,
  who: Who,
  password = right,
): Promise<void> {
  await page.getByLabel('User name').fill(userOf(who));
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** A page of a new browser, on which somebody has asked for `path` and signed in. */
export async function signInByBrowser(
  browser: TestBrowser,
  { origin, identity }: { readonly origin: string; readonly identity: TestIdentityProvider },
  {
    who,
    path,
    options = {},
  }: { readonly who: Who; readonly path: string; readonly options?: BrowserContextOptions },
): Promise<Page> {
  const page = await browser.visit({ baseURL: origin, ...options });
  await page.goto(path);
  await fillSignIn(page, identity, who);
  await page.waitForURL(`${origin}/**`);
  return page;
}
