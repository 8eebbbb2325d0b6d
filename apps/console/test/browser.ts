import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { findChromium } from '@ssp/testing';
import { type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { z } from 'zod';

/** A real browser without a window; every visit has a profile of its own. */
export type TestBrowser = {
  /** An empty page of a new profile. */
  readonly visit: (options?: BrowserContextOptions) => Promise<Page>;
  /**
   * What the page on show breaks of WCAG 2.2 at levels A and AA, and what the security policy refused to the page since
   * the last look but for fonts, a line each; none where all is well.
   */
  readonly faults: (page: Page) => Promise<readonly string[]>;
};

const AxeResults = z.object({
  violations: z.array(
    z.object({
      id: z.string(),
      help: z.string(),
      nodes: z.array(z.object({ html: z.string(), failureSummary: z.string().optional() })),
    }),
  ),
});

const runAxe = `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })`;

/** Starts it, and ends it with `resources`; every profile has these cookies. */
export async function startBrowser(
  resources: AsyncDisposableStack,
  cookies: Parameters<BrowserContext['addCookies']>[0],
): Promise<TestBrowser> {
  const executablePath = await findChromium((line) => process.stderr.write(`${line}\n`));
  const browser = resources.adopt(
    // A container has little shared memory, and a busy machine may take its time.
    await chromium.launch({ executablePath, args: ['--disable-dev-shm-usage'], timeout: 120_000 }),
    (it) => it.close(),
  );
  const axe = await readFile(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
  const refused = new WeakMap<Page, string[]>();
  return {
    visit: async (options) => {
      const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/London', ...options });
      await context.addCookies(cookies);
      context.setDefaultTimeout(60_000);
      const page = await context.newPage();
      const lines: string[] = [];
      refused.set(page, lines);
      page.on('console', (message) => {
        const text = message.text();
        // The framework's font lies with its maker; a page asks nobody else for anything, and takes the reader's own font.
        if (/security policy/i.test(text) && !text.startsWith('Loading the font')) lines.push(text);
      });
      return page;
    },
    faults: async (page) => {
      // The debugger's way in, which the page's own policy does not bar.
      await page.evaluate(axe);
      const { violations } = AxeResults.parse(await page.evaluate(runAxe));
      const barriers = violations.flatMap(({ id, help, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${id}: ${help}: ${html} ${failureSummary ?? ''}`),
      );
      return [...(refused.get(page)?.splice(0) ?? []), ...barriers];
    },
  };
}
