import { codeSpans, readPages, shellBlocks } from '@ssp/testing/pages';
import { expect, test } from 'vitest';
import { capturedTerminal } from '../test/captured-terminal.ts';
import { createProgram } from './program.ts';
import { faultOf, sspCommands } from './written-command.ts';

const program = createProgram(capturedTerminal('.'));
const pages = readPages().map(({ name, text }) => {
  const blocks = shellBlocks(name, text).map((block) => block.text);
  return { name, written: [...blocks, ...codeSpans(text)].flatMap(sspCommands) };
});

test('there are commands on the pages', () => {
  expect(pages.flatMap(({ written }) => written).length).toBeGreaterThan(60);
});

test.for(pages)(
  'every `ssp` command on $name, with each of its options, is one that there is',
  ({ written }) => {
    expect(written.map((words) => faultOf(program, words)).filter((fault) => fault !== null)).toEqual([]);
  },
);

test.for<[string, string | null]>([
  ['ssp audit search --outcome refused', null],
  ['ssp limits', null],
  ['ssp limits …', null],
  ['ssp explain --trace', null],
  ['ssp verify audit --archives=a,b', null],
  ['ssp stauts', 'ssp stauts: there is no `stauts`'],
  ['ssp audit serach', 'ssp audit serach: there is no `serach`'],
  ['ssp status --wach', 'ssp status --wach: `ssp status` has no `--wach`'],
])('%s has the fault %j', ([line, fault]) => {
  expect(sspCommands(line).map((words) => faultOf(program, words))).toEqual([fault]);
});

test('commands are found in lines with others, by npm too, and not in words about them', () => {
  const text = `npm run -s ssp -- status | head # ssp is short\nx=$(ssp rules show --json)\nssp call A b \\\n  --curl && ssp limits\nthe ssp_audit role, ssp.main.ts\nhelm install ssp infra/helm/ssp`;
  expect(sspCommands(text)).toEqual([
    ['status'],
    ['rules', 'show', '--json'],
    ['call', 'A', 'b', '--curl'],
    ['limits'],
  ]);
});
