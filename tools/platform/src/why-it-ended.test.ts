import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { whyItEnded } from './why-it-ended.ts';

test.for([
  {
    end: 'a faulty environment',
    log: '{"level":30,"msg":"started"}\nedge: EDGE_CONNECT_TO is wrong: "x" is not host:port:address:port\nedge: run with --help for the variables it reads\n',
    expected: 'EDGE_CONNECT_TO is wrong: "x" is not host:port:address:port',
  },
  {
    end: 'a failure',
    log: '{"level":60,"msg":"stopped by a failure","err":{"message":"cannot listen\\n  more"}}\n',
    expected: 'stopped by a failure: cannot listen',
  },
  { end: 'words of its own', log: 'first\nSegmentation fault\n', expected: 'Segmentation fault' },
  { end: 'silence', log: '', expected: '' },
])('after $end the reason is on one line', async ({ log, expected }) => {
  await using dir = await mkdtempDisposable(join(tmpdir(), 'why-'));
  const file = join(dir.path, 'edge.log');
  await writeFile(file, log);
  expect(await whyItEnded('edge', file)).toBe(expected);
});
