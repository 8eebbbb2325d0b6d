import { glob, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { type PlatformPaths } from '../src/paths.ts';
import { type PlatformCard } from '../src/platform-card.ts';
import { findSecrets, type Unspeakable } from './find-secrets.ts';
import { goodRequest } from '../src/consumer.ts';
import { secretsOfRun } from './secrets-of-run.ts';

/** What the story's requests look for. */
const nhsNumbers = ['9690937278'];

/** Registers the test of everything that was logged up to then, by services, jobs and backing programs. */
export function logsTests(card: () => PlatformCard, paths: PlatformPaths): void {
  test('no log of the whole run holds a private key, a token, a password or an NHS number', async () => {
    expect(goodRequest(card()).url).toContain(nhsNumbers[0]);
    const unspeakable = { secrets: await secretsOfRun(paths, card()), nhsNumbers };
    expect(unspeakable.secrets.size).toBeGreaterThan(50);

    const logs = await readLogs(paths);
    const names = [...logs.keys()].map((file) => basename(file, '.log'));
    expect(names).toEqual(expect.arrayContaining(Object.keys(card().services)));
    // A run of which nothing was written would have kept its secrets too.
    expect(logs.get(join(paths.logs, 'edge.log'))).toContain('"traceId"');

    const givenAway = [...logs].flatMap(([file, log]) =>
      findSecrets(log, unspeakable).map((found) => `${file}, ${found}`),
    );
    expect(givenAway).toEqual([]);
    expectFinds(unspeakable);
  });
}

/** The same search finds each of them where it is planted. */
function expectFinds(unspeakable: Unspeakable): void {
  for (const [name, secret] of unspeakable.secrets) {
    expect(findSecrets(`{"msg":"x${secret}x"}`, unspeakable)).toContain(`line 1: ${name}`);
  }
  const planted = {
    'an NHS number': ['?identifier=x%7C9690937278', 'for 9690937278,'],
    'a token': ['eyJhbGciOiJub25lIn0.eyJpc3MiOiJ0ZXN0In0.', 'authorization: bearer abcdefgh'],
    'a password': ['postgres://ssp:word@127.0.0.1:5432/ssp'],
  };
  for (const [what, lines] of Object.entries(planted)) {
    for (const line of lines) expect(findSecrets(`\n${line}`, unspeakable)).toContain(`line 2: ${what}`);
  }
}

async function readLogs({ logs, backing }: PlatformPaths): Promise<ReadonlyMap<string, string>> {
  const read = new Map<string, string>();
  for (const dir of [logs, backing]) {
    for await (const file of glob('*.log', { cwd: dir })) {
      read.set(join(dir, file), await readFile(join(dir, file), 'utf8'));
    }
  }
  return read;
}
