import { afterEach, expect, test, vi } from 'vitest';
import { findPromtool } from './find-promtool.ts';

afterEach(() => vi.unstubAllEnvs());

test('where there is no promtool, one line says what to install', async () => {
  vi.stubEnv('PATH', '');
  const failure = await findPromtool(() => undefined).catch(String);
  expect(failure).toMatch(/^SetupError: Missing promtool: for alert rules .* install Prometheus/);
});
