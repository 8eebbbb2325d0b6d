import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startOwnTime } from '@ssp/testing';
import { expect, test } from 'vitest';
import { exportRules, writeRulesFile } from '../src/rules/export-rules.ts';
import { startAdmin, tokens } from './admin-rig.ts';
import { createRig, rulesVersion, sampleAsk, startDecisions, sync } from './rig.ts';

const rule = {
  ruleId: 'withheld',
  agreementId: 'local-7',
  priority: 5,
  from: { asid: '200000000359' },
  to: 'any',
  interaction: 'any',
  effect: 'deny',
};
const by = { 'x-ssp-user': 'ada' };

test('a rule is added, changed and ended by who says why, and its past stays', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  const { ask } = await startAdmin(rig, resources);
  const added = await ask('/v1/agreements', { body: { rule, why: 'asked for' }, headers: by });
  const first = await rulesVersion(rig.pool);
  expect(added).toMatchObject({ status: 201, body: { rule, sinceVersion: first } });
  const known = (version: string | undefined) => ({ ...by, 'if-match': `"${version}"` });

  const changed = await ask('/v1/agreements/withheld', {
    method: 'PATCH',
    body: { changes: { priority: 6, note: 'later' }, why: 'review' },
    headers: known(first),
  });
  expect(changed).toMatchObject({ status: 200, body: { rule: { ...rule, priority: 6, note: 'later' } } });
  const second = await rulesVersion(rig.pool);

  const late = await ask('/v1/agreements/withheld/end', { body: { why: 'x' }, headers: known(first) });
  expect(late).toMatchObject({ status: 412, body: { held: { sinceVersion: second } } });
  const at = '2030-01-01T00:00:00.000Z';
  const ended = await ask('/v1/agreements/withheld/end', {
    body: { at, why: 'over' },
    headers: { 'if-match': String(second) },
  });
  expect(ended).toMatchObject({ status: 200, body: { rule: { validTo: at } } });

  expect(await ask('/v1/agreements/withheld/history')).toMatchObject({
    body: {
      versions: [
        { made: { who: 'operator', why: 'over' }, untilVersion: null, ended: null },
        { made: { who: 'operator:ada', why: 'review' }, ended: { why: 'over' } },
        { rule, made: { who: 'operator:ada', why: 'asked for' }, ended: { why: 'review' } },
      ],
    },
  });
});

test('a change takes a field away by null, and never the id', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  const { ask } = await startAdmin(rig, resources);
  await ask('/v1/agreements', { body: { rule: { ...rule, note: 'for a while' }, why: 'x' } });
  const version = await rulesVersion(rig.pool);
  const patch = (changes: object) => ({
    method: 'PATCH',
    body: { changes, why: 'x' },
    headers: { 'if-match': String(version) },
  });
  expect(await ask('/v1/agreements/withheld', patch({ ruleId: 'renamed' }))).toMatchObject({
    status: 400,
    body: { detail: 'ruleId: a rule keeps its id' },
  });
  expect(await rulesVersion(rig.pool)).toBe(version);
  const { body } = await ask('/v1/agreements/withheld', patch({ note: null }));
  expect(body).toEqual({ rule, sinceVersion: await rulesVersion(rig.pool) });
});

test('a rule to come is withdrawn by its end: listed at no moment, exported as it is, its past kept', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  const { ask } = await startAdmin(rig, resources);
  const validFrom = '2040-01-01T00:00:00.000Z';
  await ask('/v1/agreements', { body: { rule: { ...rule, validFrom }, why: 'planned' } });
  const headers = { 'if-match': String(await rulesVersion(rig.pool)) };
  const withdrawn = await ask('/v1/agreements/withheld/end', { body: { why: 'not signed' }, headers });
  expect(withdrawn).toMatchObject({ status: 200, body: { rule: { validFrom, validTo: validFrom } } });
  expect(await ask('/v1/agreements/withheld/history')).toMatchObject({
    body: {
      versions: [
        { rule: { validTo: validFrom }, made: { who: 'operator', why: 'not signed' }, ended: null },
        { rule: { ...rule, validFrom }, made: { why: 'planned' }, ended: { why: 'not signed' } },
      ],
    },
  });
  for (const at of [validFrom, '2041-01-01T00:00:00Z']) {
    expect(await ask(`/v1/agreements?at=${at}`)).toMatchObject({ body: { agreements: [] } });
  }
  const text = writeRulesFile(await exportRules(rig.pool));
  expect(await ask('/v1/rules/diff', { body: { text } })).toMatchObject({ body: { changes: [] } });
  const again = await ask('/v1/agreements/withheld/end', {
    body: { at: '2042-01-01T00:00:00Z', why: 'x' },
    headers: { 'if-match': String(await rulesVersion(rig.pool)) },
  });
  expect(again).toMatchObject({ status: 409, body: { detail: expect.stringContaining('withdrawn') } });
});

test.for([
  { asked: 'without a ground', body: { rule }, status: 400, detail: 'why' },
  { asked: 'by an auditor', body: { rule, why: 'x' }, token: tokens.auditor, status: 403, detail: 'change' },
  {
    asked: 'for a capability that is not there',
    body: { rule: { ...rule, interaction: undefined, capability: 'none' }, why: 'x' },
    status: 422,
    detail: 'no capability none',
  },
  {
    asked: 'for a rule that ends before it begins',
    body: {
      rule: { ...rule, validFrom: '2026-02-01T00:00:00Z', validTo: '2026-01-01T00:00:00Z' },
      why: 'x',
    },
    status: 422,
    detail: 'ends before it begins',
  },
  {
    asked: 'for no ASID',
    body: { rule: { ...rule, from: { asid: '1' } }, why: 'x' },
    status: 400,
    detail: 'rule.from',
  },
])('an addition $asked is answered $status and changes nothing', async ({ body, token, status, detail }) => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  const before = await rulesVersion(rig.pool);
  const { ask } = await startAdmin(rig, resources);
  const answer = await ask('/v1/agreements', { body, ...(token !== undefined && { token }) });
  expect(answer).toMatchObject({ status, body: { detail: expect.stringContaining(detail) } });
  expect(await rulesVersion(rig.pool)).toBe(before);
});

test('an id that is taken, a rule that is not there, and a change of who knows what are told', async () => {
  await using resources = new AsyncDisposableStack();
  const { ask } = await startAdmin(await createRig(resources), resources);
  await ask('/v1/agreements', { body: { rule, why: 'x' } });
  expect(await ask('/v1/agreements', { body: { rule, why: 'x' } })).toMatchObject({
    status: 409,
    body: { held: { rule } },
  });
  expect(await ask('/v1/agreements/none')).toMatchObject({ status: 404 });
  expect(await ask('/v1/agreements/withheld/end', { body: { why: 'x' } })).toMatchObject({ status: 428 });
});

test.for([
  { query: 'asid=200000000359', found: ['withheld'] },
  { query: 'asid=200000000360', found: [] },
  { query: 'agreementId=local-7', found: ['withheld'] },
  { query: 'interaction=urn:nhs:names:services:gpconnect:fhir:rest:read:patient-1', found: ['withheld'] },
  { query: 'at=2026-01-01T00:00:00Z', found: [] },
  { query: 'at=2026-03-01T00:00:00Z', found: ['withheld'] },
  { query: 'ods=A1', found: [] },
])('$query lists $found', async ({ query, found }) => {
  await using resources = new AsyncDisposableStack();
  const { ask } = await startAdmin(await createRig(resources), resources);
  await ask('/v1/agreements', {
    body: { rule: { ...rule, validFrom: '2026-02-01T00:00:00Z' }, why: 'x' },
  });
  expect(await ask(`/v1/agreements?${query}`)).toMatchObject({
    status: 200,
    body: { agreements: found.map((ruleId) => ({ rule: { ruleId } })) },
  });
});

test('a rule that is added is in force within a second', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  await sync(rig);
  const { decide } = await startDecisions(rig, resources);
  const { ask } = await startAdmin(rig, resources);
  expect(await decide(sampleAsk)).toMatchObject({ decision: 'allow' });
  const ownMs = startOwnTime(resources, () => rig.pool.query('select'));
  await ask('/v1/agreements', { body: { rule, why: 'x' } });
  const addedAtMs = ownMs();
  await expect.poll(() => decide(sampleAsk), { interval: 20 }).toMatchObject({ decision: 'refuse' });
  expect(ownMs() - addedAtMs).toBeLessThan(1_000);
});

const sample = () => readFile(join(import.meta.dirname, '../../../infra/rules.sample.yaml'), 'utf8');

test('a file of rules is compared, loaded and exported', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  const { ask } = await startAdmin(rig, resources);
  const text = await sample();
  const version = await rulesVersion(rig.pool);
  const diff = await ask('/v1/rules/diff', { body: { text } });
  expect(diff).toMatchObject({
    status: 200,
    body: {
      version,
      counts: { added: expect.any(Number) },
      changes: expect.arrayContaining([
        expect.objectContaining({ section: 'rules', key: ['everyone'], change: 'added' }),
      ]),
      leftOut: 0,
    },
  });
  const loaded = await ask('/v1/rules/load', { body: { text, version, why: 'review 3' }, headers: by });
  expect(loaded).toMatchObject({ status: 200, body: { version: await rulesVersion(rig.pool) } });
  expect(await ask('/v1/changes?limit=1')).toMatchObject({
    body: { changes: [{ kind: 'rules', who: 'operator:ada', why: 'review 3' }] },
  });
  const exported = await ask('/v1/rules/export');
  expect(exported).toMatchObject({ body: { text: expect.stringContaining('everyone') } });
  expect(await ask('/v1/rules/diff', { body: exported.body })).toMatchObject({ status: 400 });
  expect(await ask('/v1/rules/diff', { body: { text } })).toMatchObject({ body: { changes: [] } });
});

test('a file is not loaded over what was changed since its difference was shown, but over a directory', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  const { ask } = await startAdmin(rig, resources);
  const text = await sample();
  const version = await rulesVersion(rig.pool);
  await sync(rig);
  await ask('/v1/agreements', { body: { rule, why: 'between' } });
  const overtaken = await ask('/v1/rules/load', { body: { text, version, why: 'x' } });
  expect(overtaken).toMatchObject({ status: 412, body: { changedSince: [{ why: 'between' }] } });
  const again = await rulesVersion(rig.pool);
  await sync(rig);
  expect(await ask('/v1/rules/load', { body: { text, version: again, why: 'x' } })).toMatchObject({
    status: 200,
  });
});

test('a faulty file is told with its places and changes nothing', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  const { ask } = await startAdmin(rig, resources);
  const before = await rulesVersion(rig.pool);
  const text = (await sample()).replace('priority: 1000', 'priority: much');
  const line = text.split('\n').findIndex((it) => it.includes('much')) + 1;
  for (const path of ['/v1/rules/diff', '/v1/rules/load']) {
    const body = path.endsWith('load') ? { text, version: before, why: 'x' } : { text };
    expect(await ask(path, { body })).toMatchObject({
      status: 422,
      body: { faults: [{ line, column: expect.any(Number), path: 'rules[1].priority' }], faultCount: 1 },
    });
  }
  expect(await rulesVersion(rig.pool)).toBe(before);
});
