import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Takes the pictures of the pages that docs/console.md shows, on backing services of its own. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../../../..', import.meta.url)),
    include: ['apps/console/test/screenshots/take-screenshots.ts'],
    globalSetup: './libs/testing/src/vitest-backing-services.ts',
    testTimeout: 240_000,
    // Holding each hour of a year against the audit takes a while.
    hookTimeout: 900_000,
  },
});
