import { type ExplainAsk, Explanations } from '@ssp/contracts';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readRulesFile } from '../src/rules/read-rules-file.ts';
import { type RulesFile } from '../src/rules/rules-file.ts';
import { storeRules } from '../src/rules/store-rules.ts';
import { startAdmin } from './admin-rig.ts';
import { createRig, sampleAsk, sync } from './rig.ts';

type GivenFacts = Extract<ExplainAsk, { facts: unknown }>['facts'];

/** An exchange that the sample directory and the sample rules allow. */
export const facts: GivenFacts = {
  certificateNames: sampleAsk.certificateNames,
  from: sampleAsk.from,
  to: sampleAsk.to,
  interactionId: sampleAsk.interactionId,
  target: `https://${sampleAsk.targetHost}${sampleAsk.targetPath}`,
};

/** Who stores the sample rules, and on what ground. */
export const by = { who: 'ada', why: 'review 7' };

/** The operator API on the sample directory and rules, and what it explains of `facts` with these changes. */
export async function startExplaining(resources: AsyncDisposableStack) {
  const rig = await createRig(resources);
  await sync(rig);
  await storeRules(rig.pool, await sampleRules(), by);
  const admin = await startAdmin(rig, resources);
  const explain = async (changes: Partial<GivenFacts>) => {
    const { body } = await admin.ask('/v1/explain', { body: { facts: { ...facts, ...changes } } });
    const [explanation] = Explanations.parse(body).explanations;
    if (explanation === undefined) throw new Error('nothing was explained');
    return explanation;
  };
  return { rig, admin, explain };
}

/** The rules of the sample platform. */
export async function sampleRules(): Promise<RulesFile> {
  const sample = join(import.meta.dirname, '../../../infra/rules.sample.yaml');
  const read = readRulesFile(await readFile(sample, 'utf8'));
  if (!read.read) throw new Error('the sample rules are faulty');
  return read.file;
}
