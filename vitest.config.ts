import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { SecondTries } from './libs/testing/src/second-tries.ts';

// So long only where something is broken: a busy machine may take its time.
const expectOptions = { poll: { timeout: 30_000 } };

// Hundreds of tests stand on real brokers: before a merge one may be tried a second time, and is then named. At a desk none is.
// oxlint-disable-next-line node/no-process-env -- what .ci/run sets has no other way here
const isMerging = process.env['CI'] !== undefined;
const secondTries = new SecondTries('.local/ci/second-tries.txt');

export default defineConfig({
  test: {
    reporters: isMerging
      ? ['default', ['json', { outputFile: '.local/ci/tests.json' }], secondTries]
      : ['default', secondTries],
    // Integration tests wait as much as they compute: of two processors two workers left a quarter idle.
    maxWorkers: availableParallelism() + 1,
    projects: [
      {
        test: {
          name: 'unit',
          // A process of its own for each of some 300 files took longer than their tests.
          isolate: false,
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
          retry: isMerging ? 1 : 0,
          globalSetup: './libs/testing/src/vitest-backing-services.ts',
          // A writer that begins anew reads first what all tests before it have published.
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
});
