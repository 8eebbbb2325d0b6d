import { mkdir, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { backingServices, createDatabase } from '@ssp/testing/vitest';
import { type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBrowser, type TestBrowser } from '../browser.ts';
import { startConsoleRig } from '../console-rig.ts';
import { type Who } from '../identity-provider.ts';
import { closeFebruary, sampleTariffs } from '../sample-tariffs.ts';
import { signInByBrowser } from '../sign-in-by-browser.ts';
import { startSampleServices } from './sample-services.ts';
import { steadyText } from './steady-text.ts';

const folder = fileURLToPath(new URL('../../../../docs/images', import.meta.url));
const wide = { width: 1_280, height: 900 };
const phone = { width: 375, height: 800 };
/** What lies below is as what is above. */
const heightMax = 1_500;
const bytesMax = 200_000;

const names: Readonly<Record<Who, string>> = {
  billing: 'Beatrice Lund',
  supplier: 'Sunil Rao',
  auditor: 'Audrey Chan',
  operator: 'Owen Price',
  nobody: 'Nora Bell',
};

const resources = new AsyncDisposableStack();
let browser: TestBrowser;
let rig: Awaited<ReturnType<typeof startConsoleRig>>;

beforeAll(async () => {
  const postgres = await createDatabase(resources);
  rig = await startConsoleRig(
    {
      postgres,
      brokers: backingServices().kafka.brokers,
      salt: 'screenshots',
      nameOf: (who) => names[who],
      services: await startSampleServices(resources),
      reconciles: true,
    },
    resources,
  );
  browser = await startBrowser(resources, []);
  await closeFebruary(rig.platform);
  await mkdir(folder, { recursive: true });
});
afterAll(() => resources.disposeAsync());

type Picture = {
  /** Of the file, and of its place in the documentation. */
  readonly name: string;
  readonly who: Who;
  readonly path: () => string;
  readonly viewport?: { readonly width: number; readonly height: number };
  /** Where the picture begins, where that is not the top. */
  readonly from?: string;
  /** What is done on the page first. */
  readonly prepare?: (page: Page) => Promise<void>;
};

const march = 'from=2026-03-31T00:00&to=2026-04-01T00:00';

const pictures: readonly Picture[] = [
  { name: 'overview', who: 'billing', path: () => '/overview?month=2026-03' },
  {
    name: 'usage',
    who: 'billing',
    path: () => '/usage?month=2026-03&step=day&groupBy=supplier&compare=yes',
  },
  { name: 'month', who: 'billing', path: () => '/months/2026-02' },
  { name: 'statement', who: 'supplier', path: () => '/statements', prepare: (page) => openFirst(page) },
  { name: 'tariffs', who: 'billing', path: () => '/tariffs/proposal', prepare: proposeTariffs },
  { name: 'live-state', who: 'operator', path: () => '/operation' },
  { name: 'audit-search', who: 'auditor', path: () => `/audit?${march}&toAsid=918999198738` },
  {
    name: 'story-on-a-phone',
    who: 'operator',
    path: () => `/audit/story?traceId=${rig.sample.refusedTraceId}`,
    viewport: phone,
    from: '#story-1',
  },
];

async function openFirst(page: Page): Promise<void> {
  await page.getByRole('table').locator('a').first().click();
  await page.waitForURL('**/statements/*');
}

/** Prices from April on, which change no month that is closed. */
const aprilTariffs = sampleTariffs
  .replace('from: 2000-01\n', 'from: 2000-01\n    until: 2026-03\n')
  .replace(
    'minimums:',
    `  - { id: from-april, from: 2026-04, supplier: any, interaction: any, outcome: any, price: 0.011 }
  - { id: cedar-reads, from: 2026-04, supplier: Cedar Clinical, interaction: any, outcome: 2xx, price: 0.0105 }
minimums:`,
  )
  .concat('  - { id: cedar-from-april, from: 2026-04, supplier: Cedar Clinical, amount: 300.00 }\n');

async function proposeTariffs(page: Page): Promise<void> {
  await page.getByLabel('File').fill(aprilTariffs);
  await page.getByRole('button', { name: 'See what it would change' }).click();
  await page.locator('#difference').waitFor();
}

test.for(pictures)('$name', async ({ name, who, path, viewport = wide, from, prepare }) => {
  const page = await signInByBrowser(browser, rig, { who, path: path(), options: { viewport } });
  await prepare?.(page);
  await page.waitForLoadState('networkidle');
  await page.evaluate(steadyText);
  const file = `${folder}/${name}.png`;
  const height = Number(await page.evaluate('document.documentElement.scrollHeight'));
  const top = from === undefined ? 0 : ((await page.locator(from).boundingBox())?.y ?? 0) - 16;
  const clip = { x: 0, y: top, width: viewport.width, height: Math.min(height - top, heightMax) };
  await page.screenshot({ path: file, fullPage: true, clip, animations: 'disabled', caret: 'hide' });
  expect((await stat(file)).size).toBeLessThan(bytesMax);
});
