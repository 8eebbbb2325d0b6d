import { defineConfig } from 'vitest/config';

/** The platform in containers, by itself: it takes minutes, a Docker engine and Compose. */
export default defineConfig({
  test: {
    name: 'compose',
    include: ['tools/platform/test/*.e2e.test.ts'],
    expect: { poll: { timeout: 60_000 } },
    testTimeout: 120_000,
    // Images are built first where they are not there.
    hookTimeout: 1_800_000,
  },
});
