import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createDevelopmentPki, readLeashRecord, runOurs, startStubProvider } from '@ssp/testing';
import { expect } from 'vitest';
import { type PlatformPaths, platformPaths, repositoryRoot } from '../src/paths.ts';
import { startPlatform } from '../src/start-platform.ts';
import { failing, slowly } from './chaos-traffic.ts';

/** Everything is waited for by a condition; so long only where something is broken. */
export const patience = { timeout: 400_000, interval: 100 };

const slowMs = 700;

/** A whole platform that closes open exchanges after seconds, with a provider that remembers the trace ids it was sent. */
export async function chaosPlatform(dir: string, resources: AsyncDisposableStack) {
  const paths = platformPaths(repositoryRoot, dir);
  const reached: string[] = [];
  const held = new Set<string>();
  const pki = await createDevelopmentPki(paths.pki, { now: new Date() });
  const provider = await startStubProvider(
    {
      pki,
      handler: (request, response) => {
        const traceId = String(request.headers['ssp-traceid']);
        reached.push(traceId);
        const { url = '' } = request;
        const answer = () =>
          void response
            .writeHead(url.includes(failing) ? 503 : 200, { 'Content-Type': 'application/fhir+json' })
            .end('{"resourceType":"Bundle"}');
        if (!url.includes(slowly)) return answer();
        held.add(traceId);
        setTimeout(answer, slowMs);
        response.once('close', () => held.delete(traceId));
      },
    },
    resources,
  );
  const lines: string[] = [];
  // oxlint-disable-next-line node/no-process-env -- what a terminal would hand on
  const { PATH = '', HOME = '' } = process.env;
  const person = {
    inherited: { PATH, HOME, AUDIT_CLOSE_AFTER_SECONDS: '4', AUDIT_CHECKPOINT_SECONDS: '2' },
    connectTo: `orange.testlab.nhs.uk:443:${provider.address}`,
    ownPrograms: true,
  };
  const card = await startPlatform(paths, person, (line) => lines.push(line), resources);
  return {
    card,
    paths,
    /** What was said of deaths and restarts. */
    lines,
    /** Trace ids of the requests that came to the provider, in their order. */
    reached,
    /** How many of them it has yet to answer. */
    holds: () => held.size,
    ...signals(paths),
  };
}

function signals({ leash }: PlatformPaths) {
  const pidOf = (name: string) => readLeashRecord(leash)?.processes.find((it) => it.name === name)?.pid;
  const signal = (name: string, what: NodeJS.Signals) => {
    const pid = pidOf(name);
    // To signal 0 would be to signal the tests themselves.
    if (pid === undefined) throw new Error(`${name} does not run`);
    process.kill(-pid, what);
  };
  return {
    signal,
    /** Ends it as a crash would; resolves when the platform has started another one. */
    kill: async (name: string) => {
      const old = pidOf(name);
      signal(name, 'SIGKILL');
      await expect.poll(() => pidOf(name) ?? old, patience).not.toBe(old);
    },
  };
}

/** A metric of a service, whatever its labels; null while it does not answer. */
export async function metricOf(admin: string, name: string): Promise<number | null> {
  try {
    const response = await fetch(`${admin}/metrics`, { signal: AbortSignal.timeout(5_000) });
    const line = (await response.text()).split('\n').find((it) => new RegExp(`^${name}[ {]`).test(it));
    return line === undefined ? null : Number(line.split(' ').at(-1));
  } catch {
    return null;
  }
}

/** Runs the command that proves the audit unaltered, as an auditor does. */
export async function verify(postgresUrl: string, paths: PlatformPaths) {
  const url = new URL(postgresUrl);
  const passwordFile = join(paths.secrets, 'chaos-password');
  await writeFile(passwordFile, decodeURIComponent(url.password), { mode: 0o600 });
  url.password = '';
  return runOurs('apps/audit-writer/src/verify.main.ts', [], {
    POSTGRES_URL: url.href,
    POSTGRES_PASSWORD_FILE: passwordFile,
    AUDIT_VERIFYING_KEY_FILE: join(paths.secrets, 'audit-verifying.pem'),
    AUDIT_CHECKPOINT_FOLDER: paths.checkpoints,
  });
}
