import { once } from 'node:events';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { capturedTerminal } from '../test/captured-terminal.ts';
import { runProgram } from './run-program.ts';

/** Runs a command against an operator API that gives one answer to everything. */
async function answered(args: string, answer: unknown) {
  await using resources = new AsyncDisposableStack();
  const asked: string[] = [];
  const bodies: unknown[] = [];
  const server = createServer((req, res) => {
    asked.push(`${req.method} ${req.url}`);
    req.on('data', (chunk: Buffer) => bodies.push(JSON.parse(chunk.toString())));
    res.end(JSON.stringify(answer));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  resources.defer(() => void server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const terminal = capturedTerminal('/');
  const status = await runProgram([...args.split(' '), '--url', `http://127.0.0.1:${port}`], terminal);
  return { asked, bodies, status, printed: terminal.printed() };
}

const system = {
  asid: '200000000359',
  ods: 'R1A14',
  organisation: null,
  partyKey: 'R1A14-1',
  manufacturerOrg: null,
  productName: null,
  interactions: [],
  certificateNames: [],
  registrations: [],
  ambiguities: [],
};
const organisation = { ods: 'R1A14', name: null, systems: [], registrations: [] };
const rule = {
  ruleId: 'all',
  agreementId: 'A',
  priority: 1,
  from: 'any',
  to: 'any',
  interaction: 'any',
  effect: 'allow',
};
const held = { rule, sinceVersion: '4' };
const change = {
  version: '4',
  at: '2026-03-01T12:00:00Z',
  kind: 'rules',
  who: 'ada',
  why: 'x',
  publishedAt: null,
};
const exported = { text: 'rules: []\n', version: '4' };
const nothingKnown = { exchange: null, edge: null, facts: null, decision: null, now: null, checks: [] };
const explained = { explanations: [{ ...nothingKnown, notes: ['There was a reason.'] }] };

test.for([
  {
    args: 'lookup asid 200000000359',
    asked: 'GET /v1/systems/200000000359',
    answer: system,
    text: /^ASID +2/,
  },
  {
    args: 'lookup org R1A14',
    asked: 'GET /v1/organisations/R1A14',
    answer: organisation,
    text: /^ODS code +R/,
  },
  { args: 'agreements show all', asked: 'GET /v1/agreements/all', answer: held, text: /^ruleId +all\n/ },
  {
    args: 'agreements history all',
    asked: 'GET /v1/agreements/all/history',
    answer: { versions: [{ ...held, untilVersion: null, made: change }] },
    text: /^VERSION +AT/,
  },
  { args: 'rules export', asked: 'GET /v1/rules/export', answer: exported, text: /^rules: \[\]\n$/ },
  { args: 'sync --full', asked: 'POST /v1/sync', answer: { full: true }, text: /^$/ },
  {
    args: 'explain --decision a.1',
    asked: 'POST /v1/explain',
    answer: explained,
    text: /There was a reason/,
  },
])('ssp $args prints the answer for a person, and with --json as it came', async (row) => {
  const { args, asked, answer, text } = row;
  expect(await answered(args, answer)).toMatchObject({
    asked: [asked],
    status: 0,
    printed: expect.stringMatching(text),
  });
  const { status, printed } = await answered(`${args} --json`, answer);
  expect({ status, answer: JSON.parse(printed) }).toEqual({ status: 0, answer });
});

test('a rule is changed in what is given alone, as it was read', async () => {
  const changed = 'agreements set all --capability c --valid-to none --why x';
  const { asked, status, printed, bodies } = await answered(changed, held);
  expect({ asked, status }).toEqual({
    asked: ['GET /v1/agreements/all', 'PATCH /v1/agreements/all'],
    status: 0,
  });
  expect(bodies).toEqual([{ changes: { interaction: null, capability: 'c', validTo: null }, why: 'x' }]);
  expect(printed).toMatch(/^ruleId +all\n/);
});

test('of a list --json prints its members alone', async () => {
  const { printed } = await answered('changes --json', { changes: [change] });
  expect(JSON.parse(printed)).toEqual([change]);
});

test.for(['rules', 'limits'])(
  'ssp %s load changes nothing where nothing differs, and says so',
  async (name) => {
    await using dir = await mkdtempDisposable(join(tmpdir(), 'load-'));
    const file = join(dir.path, 'file.yaml');
    await writeFile(file, 'any: []\n');
    const difference = {
      version: '4',
      counts: { added: 0, changed: 0, removed: 0 },
      changes: [],
      leftOut: 0,
    };
    const load = `${name} load ${file} --why CHG-1`;
    const asked = [`POST /v1/${name}/diff`];
    expect(await answered(load, difference)).toMatchObject({
      asked,
      status: 0,
      printed: 'No difference from version 4.\n',
    });
    const inJson = await answered(`${load} --json`, difference);
    expect({ asked: inJson.asked, printed: JSON.parse(inJson.printed) }).toEqual({
      asked,
      printed: difference,
    });
  },
);
