import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const script = fileURLToPath(new URL('../../with-dependencies.mjs', import.meta.url));
const run = promisify(execFile);

/** A repository without dependencies of its own, whose `npm` is the given shell script. */
async function repository(resources: AsyncDisposableStack, npm: string) {
  const root = resources.adopt(await mkdtemp(join(tmpdir(), 'ssp-install-')), (path) => {
    return rm(path, { recursive: true });
  });
  await mkdir(join(root, 'tools'));
  await mkdir(join(root, 'bin'));
  await copyFile(script, join(root, 'tools/with-dependencies.mjs'));
  const lock = {
    packages: {
      '': {},
      'node_modules/a': { version: '1.0.0' },
      'node_modules/b': { version: '2.0.0', optional: true },
    },
  };
  await writeFile(join(root, 'package-lock.json'), JSON.stringify(lock));
  await writeFile(join(root, 'bin/npm'), `#!/bin/sh\necho "$@" >> calls\n${npm}\n`, { mode: 0o755 });
  const env = { PATH: `${join(root, 'bin')}:${dirname(process.execPath)}:/usr/bin:/bin` };
  const args = (command: readonly string[]) => [join(root, 'tools/with-dependencies.mjs'), ...command];
  return {
    root,
    run: (...command: string[]) => run(process.execPath, args(command), { cwd: root, env }),
    spawn: (...command: string[]) => spawn(process.execPath, args(command), { cwd: root, env }),
  };
}

const installs = `mkdir -p node_modules && echo '{"packages":{"node_modules/a":{"version":"1.0.0"}}}' > node_modules/.package-lock.json`;

test('what is missing is installed once, whoever asks at the same time', async () => {
  await using resources = new AsyncDisposableStack();
  const repo = await repository(resources, `sleep 1; ${installs}`);
  const outputs = await Promise.all([
    repo.run('cat', 'calls'),
    repo.run('cat', 'calls'),
    repo.run('cat', 'calls'),
  ]);
  for (const { stdout } of outputs) expect(stdout).toBe('ci --loglevel=error --no-audit --no-fund\n');
  expect((await repo.run('cat', 'calls')).stderr).toBe('');
});

test.for([
  { what: 'another version', present: { version: '1.0.1' } },
  { what: 'other content', present: { version: '1.0.0', integrity: 'sha512-x' } },
])('$what than the lock file names is replaced', async ({ present }) => {
  await using resources = new AsyncDisposableStack();
  const repo = await repository(resources, installs);
  await mkdir(join(repo.root, 'node_modules'));
  const hidden = JSON.stringify({ packages: { 'node_modules/a': present } });
  await writeFile(join(repo.root, 'node_modules/.package-lock.json'), hidden);
  expect((await repo.run('echo', 'ran')).stderr).toContain('installing dependencies');
});

test('the lock of a process that is gone holds nobody up', async () => {
  await using resources = new AsyncDisposableStack();
  const repo = await repository(resources, installs);
  await mkdir(join(repo.root, '.local'));
  const { pid } = await ended();
  const { stdout: host } = await run('hostname');
  await writeFile(join(repo.root, '.local/install.lock'), JSON.stringify({ pid, host: host.trim() }));
  expect((await repo.run('echo', 'ran')).stdout).toBe('ran\n');
});

async function ended(): Promise<{ pid: number | undefined }> {
  const child = spawn('true');
  await once(child, 'exit');
  return { pid: child.pid };
}

test('a failed install ends with 1 and says why and what to do', async () => {
  await using resources = new AsyncDisposableStack();
  const repo = await repository(
    resources,
    'echo "npm error code E500" >&2; echo "npm error no network" >&2; exit 9',
  );
  await expect(repo.run('echo', 'ran')).rejects.toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/npm ci failed with "no network": see \.local\/install\.log/),
  });
});

test.for([
  { command: ['sh', '-c', 'exit 7'], status: 7 },
  { command: ['sh', '-c', 'kill -KILL $$'], status: 137 },
  { command: ['no-such-program'], status: 127 },
  { command: [], status: 2 },
])('the status of $command is $status', async ({ command, status }) => {
  await using resources = new AsyncDisposableStack();
  const repo = await repository(resources, installs);
  await expect(repo.run(...command)).rejects.toMatchObject({ code: status });
});

test('a signal sent twice reaches the command once', async () => {
  await using resources = new AsyncDisposableStack();
  const repo = await repository(resources, installs);
  const command =
    'let n = 0; process.on("SIGTERM", () => { n++; setTimeout(() => process.exit(n), 300); }); setInterval(() => {}, 1000); console.log("up");';
  const child = repo.spawn('node', '-e', command);
  await once(createInterface(child.stdout), 'line');
  child.kill('SIGTERM');
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([1, null]);
});
