import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// So long only where something is broken: a busy machine may take its time.
const expectOptions = { poll: { timeout: 30_000 } };

export default defineConfig({
  test: {
    // Integration tests wait more than they compute, so that one worker would leave half of a small machine idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{apps,libs,tools}/*/src/**/*.test.ts', 'bench/src/**/*.test.ts'],
          expect: expectOptions,
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['{apps,libs,tools}/*/test/**/*.int.test.ts'],
          expect: expectOptions,
          globalSetup: './libs/testing/src/vitest-backing-services.ts',
          // A writer that begins anew reads first what all tests before it have published.
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
});
