import { expect, test } from 'vitest';
import { capturedTerminal } from '../test/captured-terminal.ts';
import { runProgram } from './run-program.ts';

test.for([
  { args: ['lookup'], tells: ['asid', 'org'] },
  { args: ['lookup', 'asid'], tells: ['<asid>', '--json'] },
  { args: ['agreements'], tells: ['list', 'show', 'history', 'add', 'end'] },
  { args: ['agreements', 'list'], tells: ['--asid', '--interaction', '--at'] },
  { args: ['agreements', 'add'], tells: ['--why', '--effect', '--priority', '--capability'] },
  { args: ['agreements', 'end'], tells: ['--why', '--at', '--user'] },
  { args: ['rules'], tells: ['diff', 'load', 'export'] },
  { args: ['rules', 'load'], tells: ['--yes', '--why', '<file>'] },
  {
    args: ['limits'],
    tells: ['show', 'export', 'history', 'use', 'what-if', 'diff', 'load', 'set', 'add', 'remove'],
  },
  { args: ['limits', 'show'], tells: ['--version', '--json'] },
  { args: ['limits', 'load'], tells: ['--why', '--yes', '--expect', '<file>'] },
  { args: ['limits', 'set'], tells: ['--per-second', '--burst', '--mode', 'shadow', 'Example'] },
  { args: ['limits', 'add'], tells: ['--per', 'asid:<asid>', 'class:<name>'] },
  { args: ['limits', 'what-if'], tells: ['--since', '--until', '<file>'] },
  { args: ['audit'], tells: ['search', 'story', 'export', 'urls'] },
  { args: ['audit', 'export'], tells: ['--format', '--why', '--output', '--since', 'Example'] },
  { args: ['audit', 'urls'], tells: ['--why', '--user', '--private-key', 'auditors', 'alone'] },
  {
    args: ['audit', 'search'],
    tells: [
      '--trace',
      '--from',
      '--organisation',
      '--interaction',
      '--outcome',
      '--refusal',
      '--since',
      '--limit',
    ],
  },
  { args: ['audit', 'story'], tells: ['<id>', '--by-id', '--billing-url', '--json', 'ssp explain'] },
  { args: ['billing'], tells: ['tariffs', 'close', 'statements', 'statement', 'verify', 'adjust'] },
  { args: ['billing', 'tariffs'], tells: ['diff', 'load', 'export'] },
  { args: ['billing', 'close'], tells: ['--dry-run', '--why', '<month>'] },
  { args: ['changes'], tells: ['--limit', '--before'] },
  { args: ['sync'], tells: ['--full', '--url'] },
])('ssp $args --help tells $tells', async ({ args, tells }) => {
  const terminal = capturedTerminal('/');
  expect(await runProgram([...args, '--help'], terminal)).toBe(0);
  for (const told of tells) expect(terminal.printed()).toContain(told);
});

test.for([
  { args: ['agreements', 'end', 'a'], said: '--why' },
  {
    args: ['agreements', 'add', 'a', '--agreement-id', 'b', '--effect', 'maybe', '--priority', '1'],
    said: 'maybe',
  },
  {
    args: 'agreements add a --agreement-id b --effect deny --priority 1 --why c --from who'.split(' '),
    said: '--from: give any, asid:<asid> or ods:<code>',
  },
  { args: ['agreements', 'set', 'a', '--why', 'b'], said: 'say what the rule becomes' },
  { args: ['agreements', 'set', 'a', '--to', 'x:1', '--why', 'b'], said: '--to: give any' },
  { args: ['rules', 'diff', 'no-such-file.yaml'], said: 'cannot be read' },
  { args: ['limits', 'load', 'no-such-file.yaml', '--why', 'a'], said: 'cannot be read' },
  { args: ['limits', 'load', 'a.yaml'], said: '--why' },
  { args: ['limits', 'set', 'consumers', '--why', 'a'], said: 'say what the rule becomes' },
  { args: ['limits', 'set', 'consumers', '--mode', 'on', '--why', 'a'], said: 'enforce, shadow, off' },
  {
    args: 'limits add a --per consumer --consumer bulk --why b'.split(' '),
    said: '--consumer: give asid:<asid> or class:<name>',
  },
  { args: ['audit', 'search', '--outcome', 'lost'], said: 'forwarded, refused' },
  { args: ['audit', 'search', '--since', 'yesterday'], said: 'is no time' },
  { args: ['audit', 'search', '--limit', '0'], said: '--limit' },
  { args: ['audit', 'story', '12'], said: 'give a UUID' },
  { args: ['audit', 'export', '--format', 'csv'], said: '--why' },
  { args: ['audit', 'export', '--format', 'xml', '--why', 'a'], said: 'csv, ndjson' },
  { args: ['audit', 'urls', '12', '--why', 'a'], said: 'give a UUID' },
  { args: ['audit', 'prove', '12', '--output', 'a'], said: 'give a UUID' },
  {
    args: ['audit', 'prove', 'd11b7e56-5e13-4ba4-ae0d-5847166f1895', '--output', import.meta.filename],
    said: 'is there already',
  },
  { args: ['billing', 'close', '2026-03'], said: '--dry-run' },
  {
    args: ['billing', 'adjust', 'SSP-2026-03-0001', '--amount', '1.00', '--why', 'a'],
    said: 'number and line',
  },
  { args: ['limits', 'use', '123'], said: 'twelve digits' },
  { args: ['limits', 'history', '--limit', 'x'], said: 'give a whole number from 1' },
  {
    args: ['limits', 'show', '--url', '10.0.0.1:7007'],
    said: 'give an address such as https://10.0.0.1:7006',
  },
  { args: ['limits', 'show', '--url', 'ftp://h'], said: 'give an address' },
  {
    args: ['limits', 'show', '--url', 'https://h', '--ca', import.meta.filename],
    said: 'holds no certificate in PEM',
  },
  { args: ['rules', 'export', '/nowhere/rules.yaml'], said: '/nowhere/rules.yaml cannot be written: ENOENT' },
  { args: ['audit', 'export', '--why', 'a', '--output', '/'], said: '/ cannot be written: it is a folder' },
  { args: ['billing', 'statement', 'a', '--output', '/nowhere/a.csv'], said: 'cannot be written' },
  { args: ['call', 'A', 'urn:nhs:names:services:a:b', '--output', '/nowhere/a'], said: 'cannot be written' },
  { args: ['limits', 'what-if', 'a.yaml', '--since', 'yesterday'], said: 'is no time' },
])('$args is told as wrong, with status 2', async ({ args, said }) => {
  const terminal = capturedTerminal('/');
  expect(await runProgram([...args], terminal)).toBe(2);
  expect(terminal.said()).toContain(said);
});
