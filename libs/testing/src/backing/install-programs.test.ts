import { afterEach, expect, test, vi } from 'vitest';
import { installPrograms } from './install-programs.ts';

afterEach(() => vi.unstubAllEnvs());

const missing = { program: 'slapd', debianPackage: 'slapd', find: () => Promise.resolve(undefined) };
const present = {
  program: 'redis-server',
  debianPackage: 'redis',
  find: () => Promise.resolve('/bin/redis'),
};

test('nothing is installed, nor said, when everything is there', async () => {
  const report = vi.fn<(line: string) => void>();
  await installPrograms([present], { dir: '/nowhere', report });
  expect(report).not.toHaveBeenCalled();
});

test('where nothing can be installed, one line says what to install', async () => {
  vi.stubEnv('PATH', '');
  const failure = await installPrograms([missing, present], {
    dir: '/nowhere',
    report: () => undefined,
  }).catch(String);
  expect(failure).toMatch(
    /^SetupError: Missing slapd: install slapd, start Docker, or name running services in .*$/,
  );
});
