import { SystemsOfAnswer, systemsOfPath } from '@ssp/contracts';
import { type Pool } from 'pg';
import { expect, onTestFinished, test, vi } from 'vitest';
import { storeRules } from '../src/rules/store-rules.ts';
import { type DecisionCase, rule, sampleRules, told } from './cases/decision-case.ts';
import { decisionCases } from './cases/decision-cases.ts';
import { refusalText } from './cases/refusal-text.ts';
import { ask, consumer, directory, roaming, sharer } from './decision-samples.ts';
import { createRig, startDecisions } from './rig.ts';

test('every case of the decision is answered so from tables that Postgres holds, over HTTP', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  await loadSampleDirectory(rig.pool);
  for (const [settings, ofSettings] of Map.groupBy(decisionCases, environmentOf)) {
    await using ended = new AsyncDisposableStack();
    const { decideAll } = await startDecisions(rig, ended, JSON.parse(settings));
    for (const cases of Map.groupBy(ofSettings, ({ rules }) => JSON.stringify(rules)).values()) {
      const rules = { ...sampleRules, ...cases[0]?.rules };
      const { rulesVersion } = await storeRules(rig.pool, rules, { who: 'test', why: 'the next cases' });
      await expect.poll(() => decideAll([ask]), { interval: 5 }).toMatchObject([{ rulesVersion }]);
      const asks = cases.map(({ asked }) => ({ ...ask, ...asked }));
      const answers = await decideAll(asks);
      for (const [index, asked] of asks.entries()) {
        const { name = '', answer = {}, text } = cases[index] ?? {};
        const answered = { ...answers[index], text: refusalText(asked, answers[index]) };
        expect.soft(answered, name).toMatchObject({ ...answer, ...told(text) });
      }
    }
  }
});

test('a rule takes effect and ends by itself, without another version of the rules', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  await loadSampleDirectory(rig.pool);
  const { decide } = await startDecisions(rig, resources);
  // Only its clock is ours: a moment may take as long as the machine needs for it.
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const fromMs = Date.now() + 10_000;
  const toMs = fromMs + 10_000;
  const [validFrom, validTo] = [fromMs, toMs].map((atMs) => new Date(atMs).toISOString());
  const rules = [rule('a', 'deny', { validFrom, validTo })];
  const by = { who: 'test', why: 'a rule to come' };
  const { rulesVersion } = await storeRules(rig.pool, { ...sampleRules, rules }, by);
  const known = () => expect.poll(() => decide(ask), { interval: 5 });
  await known().toMatchObject({ decision: 'allow', rulesVersion });
  for (const { atMs, expected } of [
    { atMs: fromMs - 1, expected: { decision: 'allow', rulesVersion } },
    { atMs: fromMs, expected: { refusal: 'no-agreement', rulesVersion } },
    { atMs: toMs - 1, expected: { refusal: 'no-agreement', rulesVersion } },
    { atMs: toMs, expected: { decision: 'allow', rulesVersion } },
  ]) {
    vi.setSystemTime(atMs);
    expect(await decide(ask)).toMatchObject(expected);
  }
});

test('the systems of a certificate are told beside the decisions, and nothing on other paths', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  await loadSampleDirectory(rig.pool);
  const { post, decide } = await startDecisions(rig, resources);
  const ofConsumer = { certificateNames: ask.certificateNames, asid: null };
  const answer = await post(ofConsumer, systemsOfPath);
  expect(SystemsOfAnswer.parse(await answer.json())).toEqual({
    known: true,
    asids: [consumer, sharer, roaming],
    total: 3,
  });
  expect((await post({ asid: consumer }, systemsOfPath)).status).toBe(400);
  expect((await post(ofConsumer, '/v1/systems')).status).toBe(404);
  expect(await decide(ask)).toMatchObject({ decision: 'allow' });
});

/** The environment of a service that the operator has set so, as text. */
function environmentOf({ settings = {} }: DecisionCase): string {
  const { defaultAgreement, unknownReceiver, internetCategoryLower } = settings;
  return JSON.stringify({
    AUTHZ_DEFAULT_AGREEMENT: defaultAgreement,
    AUTHZ_UNKNOWN_RECEIVER_STATUS: unknownReceiver === 'receiver-unknown' ? '400' : undefined,
    AUTHZ_INTERNET_CATEGORY: internetCategoryLower,
  });
}

async function loadSampleDirectory(pool: Pool): Promise<void> {
  await pool.query({
    text: `
      insert into authz.accredited_system (asid, ods, party_key, manufacturer_org, product_name, interactions,
        category_bag)
      select asid, ods, upper(party_key_lower), manufacturer_org, product_name,
        string_to_array(interactions, e'\\n'), string_to_array(categories, e'\\n')
      from json_to_recordset($1::json) as listed (asid text, ods text, party_key_lower text, manufacturer_org text,
        product_name text, interactions text, categories text)`,
    values: [JSON.stringify(directory.systems)],
  });
  await pool.query({
    text: `
      insert into authz.message_handler (handler_id, cpa_id, party_key, interaction, endpoints, fqdn,
        manufacturer_org)
      select cpa_id || ordinal, cpa_id, upper(party_key_lower), interaction, string_to_array(endpoints, e'\\n'),
        fqdn, manufacturer_org
      from rows from (json_to_recordset($1::json) as (cpa_id text, party_key_lower text, interaction text,
        endpoints text, fqdn text, manufacturer_org text)) with ordinality
        as listed (cpa_id, party_key_lower, interaction, endpoints, fqdn, manufacturer_org, ordinal)`,
    values: [JSON.stringify(directory.handlers)],
  });
  await pool.query(`insert into authz.directory_load (loaded_at) values (now())`);
}
