import { randomInt, randomUUID } from 'node:crypto';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AuthzAsk, Explanations, WhatIfReport } from '@ssp/contracts';
import { runOurs } from '@ssp/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { exportRules, writeRulesFile } from '../src/rules/export-rules.ts';
import { type RulesFile } from '../src/rules/rules-file.ts';
import { storeRules } from '../src/rules/store-rules.ts';
import { startAdmin, tokens } from './admin-rig.ts';
import { type Exchange, startAuditOf } from './audited.ts';
import { createRig, type Rig, rulesVersion, startDecisions } from './rig.ts';

// Topics are everybody's, so the parties are this test's own.
const mark = String(randomInt(10_000, 99_999));
const sender = { asid: `3000000${mark}`, ods: `S${mark}`, party: `S${mark}-1` };
const open = { asid: `4000000${mark}`, ods: `R${mark}`, party: `R${mark}-1` };
const closed = { asid: `5000000${mark}`, ods: `C${mark}`, party: `C${mark}-1` };
const interactionId = 'urn:nhs:names:services:gpconnect:fhir:rest:read:metadata-1';
const name = `consumer-${mark}.nhs.uk`;

const askOf = (to: typeof open): AuthzAsk => ({
  certificateNames: [name],
  from: sender.asid,
  to: to.asid,
  interactionId,
  targetHost: 'gp.nhs.uk',
  targetPath: `/${to.ods}/fhir/metadata`,
  network: 'private',
});

const allow = { priority: 1_000, from: 'any', to: 'any', interaction: 'any', effect: 'allow' } as const;
const inForce: RulesFile = {
  rules: [
    { ...allow, ruleId: 'everyone', agreementId: 'national' },
    {
      ...allow,
      ruleId: 'closed',
      agreementId: 'withheld',
      priority: 10,
      to: { ods: closed.ods },
      effect: 'deny',
    },
  ],
  capabilities: {},
  interactions: {},
  aliases: {},
  certificateNames: {},
};
/** Opens what is closed and closes what is open. */
const proposal: RulesFile = {
  ...inForce,
  rules: [
    { ...allow, ruleId: 'everyone', agreementId: 'national' },
    { ...allow, ruleId: 'open', agreementId: 'review', priority: 20, to: { ods: open.ods }, effect: 'deny' },
  ],
};

let resources: AsyncDisposableStack;
let rig: Rig;
let folder: string;
let admin: Awaited<ReturnType<typeof startAdmin>>;
const traces = { open: randomUUID(), closed: randomUUID(), turnedAway: randomUUID() };
let decisionId = '';

beforeAll(async () => {
  resources = new AsyncDisposableStack();
  rig = await createRig(resources);
  folder = resources.use(await mkdtempDisposable(join(tmpdir(), 'what-if-'))).path;
  await registerParties();
  await storeRules(rig.pool, inForce, { who: 'ada', why: 'the beginning' });
  const audit = await startAuditOf(rig, folder, resources);
  admin = await startAdmin(rig, resources, audit.environment);
  await audit.publish(await happened());
  await vi.waitFor(
    async () => {
      const { status, body } = await admin.ask('/v1/explain', { body: { traceId: traces.turnedAway } });
      if (status !== 200) throw new Error(`the audit does not know of it yet: ${JSON.stringify(body)}`);
      const { newlyRefused, newlyAllowed } = (await whatIf(proposal)).totals;
      if (newlyRefused + newlyAllowed < 8) throw new Error('nor of all decisions');
    },
    { timeout: 150_000, interval: 500 },
  );
}, 240_000);
afterAll(() => resources.disposeAsync());

async function registerParties(): Promise<void> {
  for (const { asid, ods, party } of [sender, open, closed]) {
    await rig.pool.query(
      `insert into authz.accredited_system (asid, ods, party_key, interactions, category_bag)
       values ($1, $2, $3, $4, '{}')`,
      [asid, ods, party, [interactionId]],
    );
    await rig.pool.query(
      `insert into authz.message_handler (handler_id, cpa_id, party_key, ods, interaction, endpoints, fqdn)
       values ($1, $1, $2, $3, $4, $5, $6)`,
      [
        `S${asid}`,
        party,
        ods,
        interactionId,
        [`https://gp.nhs.uk/${ods}/fhir`],
        asid === sender.asid ? name : 'gp.nhs.uk',
      ],
    );
  }
  await rig.pool.query('insert into authz.directory_load (loaded_at) values (now())');
}

/** As the decision service decided it, and one exchange that the edge turned away by itself. */
async function happened(): Promise<readonly Exchange[]> {
  await using scope = new AsyncDisposableStack();
  const { decide } = await startDecisions(rig, scope);
  const exchange = async (to: typeof open, traceId: string): Promise<Exchange> => {
    const answer = await decide(askOf(to));
    if (answer === undefined || answer.decision === 'unreadable') throw new Error('no decision was made');
    const refusal = answer.decision === 'refuse' ? answer.refusal : null;
    const { decisionId: id, rulesVersion: version } = answer;
    if (to === closed) decisionId = id;
    return {
      ask: askOf(to),
      traceId,
      decisionId: id,
      rulesVersion: version,
      refusal,
      status: refusal === null ? 200 : 403,
    };
  };
  const turnedAway = {
    ask: askOf(open),
    traceId: traces.turnedAway,
    decisionId: null,
    rulesVersion: null,
    refusal: 'certificate-revoked',
    status: 495,
  };
  const decided: Exchange[] = [];
  for (let made = 0; made < 5; made += 1) decided.push(await exchange(open, traces.open));
  for (let made = 0; made < 3; made += 1) decided.push(await exchange(closed, traces.closed));
  return [...decided, turnedAway];
}

const since = new Date(Date.now() - 60_000).toISOString();

async function ask(rules: string) {
  const until = new Date(Date.now() + 60_000).toISOString();
  return fetch(`http://127.0.0.1:${admin.port}/v1/what-if`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tokens.auditor}` },
    body: JSON.stringify({ rules, since, until }),
  });
}

async function whatIf(rules: RulesFile): Promise<WhatIfReport> {
  const lines = (await (await ask(writeRulesFile(rules))).text()).trimEnd().split('\n');
  const { report }: { report?: unknown } = JSON.parse(lines.at(-1) ?? '{}');
  return WhatIfReport.parse(report);
}

const own = (report: WhatIfReport) => report.changes.filter(({ from }) => from === sender.ods);

test('a proposal is told whom it would newly allow and refuse, and touches nothing', async () => {
  const before = { version: await rulesVersion(rig.pool), rules: await exportRules(rig.pool) };
  const report = await whatIf(proposal);
  expect(own(report)).toEqual([
    {
      change: 'newly-refused',
      inForce: 'allow',
      proposed: 'no-agreement',
      from: sender.ods,
      to: open.ods,
      interactionId,
      count: 5,
      examples: [traces.open],
    },
    {
      change: 'newly-allowed',
      inForce: 'no-agreement',
      proposed: 'allow',
      from: sender.ods,
      to: closed.ods,
      interactionId,
      count: 3,
      examples: [traces.closed],
    },
  ]);
  expect(report).toMatchObject({
    rulesVersion: before.version,
    differences: 2,
    totals: { newlyAllowed: 3, newlyRefused: 5, refusedOtherwise: 0 },
    byRefusal: { 'no-agreement': 5 },
    unlisted: 0,
  });
  expect(report.totals.undecided).toBeGreaterThanOrEqual(1);
  expect({ version: await rulesVersion(rig.pool), rules: await exportRules(rig.pool) }).toEqual(before);
});

test('the rules in force change nothing of what they decided', async () => {
  const report = await whatIf(inForce);
  expect(own(report)).toEqual([]);
  expect(report).toMatchObject({ differences: 0, changes: [], totals: { newlyAllowed: 0, newlyRefused: 0 } });
  expect(report.totals.stillAllowed).toBeGreaterThanOrEqual(5);
});

test('faults of the file are told with their places, and nothing is judged', async () => {
  const answer = await ask('rules: []\ncapabilities: {}\ninteractions: {}\naliases: {}\n');
  expect(answer.status).toBe(422);
  expect(await answer.json()).toMatchObject({
    faultCount: 1,
    faults: [{ line: 1, column: 1, path: 'certificateNames' }],
  });
});

test('the command line prints the same report, and a faulty file line by line', async () => {
  const file = join(folder, 'proposal.yaml');
  const tokenFile = join(folder, 'token');
  await writeFile(file, writeRulesFile(proposal));
  await writeFile(tokenFile, tokens.operator);
  const reach = ['--url', `http://127.0.0.1:${admin.port}`, '--token-file', tokenFile];
  const ssp = (...args: readonly string[]) => runOurs('tools/ssp/src/ssp.main.ts', [...args, ...reach], {});
  const told = await ssp('what-if', file, '--since', since);
  expect(told).toMatchObject({ status: 0 });
  expect(told.out).toMatch(new RegExp(`newly-refused +5 +${sender.ods} +${open.ods} `));
  const json = await ssp('what-if', file, '--since', since, '--json');
  expect(own(WhatIfReport.parse(JSON.parse(json.out)))).toHaveLength(2);

  await writeFile(file, 'rules: []\ncapabilities: {}\ninteractions: {}\naliases: {}\n');
  const faulty = await ssp('what-if', file, '--since', '1h');
  expect(faulty).toMatchObject({ status: 1, out: '' });
  expect(faulty.err).toContain(`${file}:1:1: certificateNames: is missing`);

  const explained = await ssp('explain', '--decision', decisionId);
  expect(explained).toMatchObject({ status: 0 });
  expect(explained.out).toContain('To pass F: End rule closed');
});

test('a past decision is explained by the rules in force then, after they and the directory have changed', async () => {
  const then = await rulesVersion(rig.pool);
  await storeRules(rig.pool, proposal, { who: 'eve', why: 'review 9' });
  await rig.pool.query('delete from authz.message_handler where handler_id = $1', [`S${closed.asid}`]);

  const { body } = await admin.ask('/v1/explain', { body: { decisionId } });
  const [explanation, ...others] = Explanations.parse(body).explanations;
  expect(others).toEqual([]);
  expect(explanation).toMatchObject({
    exchange: { decisionId, status: 403, refusal: 'no-agreement' },
    edge: null,
    decision: { rulesVersion: then, outcome: 'no-agreement', answer: { status: 403 } },
    now: { outcome: 'receiver-not-authorised', same: false },
    notes: [],
  });
  const failed = explanation?.checks.find(({ result }) => result === 'failed');
  expect(failed).toMatchObject({
    id: 'F',
    reached: true,
    rows: [
      { key: 'closed', since: { who: 'ada' }, untilVersion: String(Number(then) + 1) },
      { key: 'everyone', since: { who: 'ada' }, untilVersion: null },
    ],
  });
});

test('an exchange that the edge turned away by itself is explained as such', async () => {
  const { body } = await admin.ask('/v1/explain', { body: { traceId: traces.turnedAway } });
  expect(Explanations.parse(body).explanations).toEqual([
    expect.objectContaining({
      edge: {
        refusal: 'certificate-revoked',
        detail: null,
        limit: null,
        stage: 'identify',
        docs: 'docs/errors.md#the-callers-certificate',
      },
      exchange: expect.objectContaining({ decisionId: null, status: 495 }),
    }),
  ]);
  const [explanation] = Explanations.parse(body).explanations;
  expect(explanation?.checks[0]).toMatchObject({ id: 'A', by: 'edge', result: 'failed', reached: true });
  expect(explanation?.checks.slice(1).every(({ reached }) => !reached)).toBe(true);
});

test('what the audit does not know is told to be unknown', async () => {
  expect(await admin.ask('/v1/explain', { body: { traceId: randomUUID() } })).toMatchObject({ status: 404 });
});
