import { type Inconsistency } from '@ssp/service/operator';
import { z } from 'zod';
import { standingAgreements } from '../decide.ts';

const text = z.string().optional().catch(undefined);
const texts = z.array(text).catch([]);

// As loose as can be: what the schema finds at fault is no reason to leave the rest unlooked at.
const LooseRule = z
  .object({
    ruleId: text,
    agreementId: text,
    interaction: z.unknown().optional(),
    capability: text,
    validFrom: text,
    validTo: text,
  })
  .catch({ interaction: 'any' });
const LooseFile = z
  .object({
    rules: z.array(LooseRule).catch([]),
    capabilities: z.record(z.string(), texts).catch({}),
    aliases: z.record(z.string(), text).catch({}),
    certificateNames: z.record(z.string(), texts).catch({}),
  })
  .catch({ rules: [], capabilities: {}, aliases: {}, certificateNames: {} });
type LooseFile = z.infer<typeof LooseFile>;

/** Where parts of a rules file, each well formed, do not go together. Takes any value; what it cannot read it passes over. */
export function inconsistencies(value: unknown): readonly Inconsistency[] {
  const file = LooseFile.parse(value);
  return [
    ...ofRules(file),
    ...ofAliases(file),
    ...repeated(file, 'capabilities'),
    ...repeated(file, 'certificateNames'),
  ];
}

function* ofRules({ rules, capabilities }: LooseFile): Generator<Inconsistency> {
  const first = new Map<string, number>();
  for (const [index, rule] of rules.entries()) {
    const at = (key: string, message: string) => ({ path: ['rules', index, key], message });
    const { ruleId, agreementId, interaction, capability, validFrom, validTo } = rule;
    if (ruleId !== undefined) {
      const former = first.get(ruleId);
      if (former === undefined) first.set(ruleId, index);
      else yield at('ruleId', `${ruleId} is the id of rules[${former}] already`);
    }
    if (agreementId === standingAgreements.default || agreementId === standingAgreements.exempt) {
      yield at('agreementId', `${agreementId} stands for the lack of an agreement; name yours otherwise`);
    }
    if (interaction === undefined && capability === undefined) {
      yield {
        path: ['rules', index],
        message: 'names neither an interaction nor a capability; for all of them write interaction: any',
      };
    }
    if (interaction !== undefined && capability !== undefined) {
      yield at('capability', 'stands beside an interaction; a rule names one of the two');
    }
    if (capability !== undefined && !Object.hasOwn(capabilities, capability)) {
      yield at('capability', `no capability ${capability} is listed under capabilities`);
    }
    // One that ends as it begins is a rule that was withdrawn.
    if (Date.parse(validTo ?? '') < Date.parse(validFrom ?? '')) yield at('validTo', 'ends before it begins');
  }
}

/** Only one step is taken from a name to its alias, so an alias leads to a name that is none itself. */
function* ofAliases({ aliases }: LooseFile): Generator<Inconsistency> {
  for (const [requested, registered] of Object.entries(aliases)) {
    if (registered === undefined || !Object.hasOwn(aliases, registered)) continue;
    const message =
      registered === requested
        ? 'is an alias of itself'
        : `leads to ${registered}, which is itself an alias; write what is registered in the end`;
    yield { path: ['aliases', requested], message };
  }
}

function* repeated(file: LooseFile, section: 'capabilities' | 'certificateNames'): Generator<Inconsistency> {
  for (const [key, values] of Object.entries(file[section])) {
    const seen = new Set<string>();
    for (const [index, value] of values.entries()) {
      if (value === undefined) continue;
      // Host names have no case.
      const same = section === 'certificateNames' ? value.toLowerCase() : value;
      if (seen.has(same)) yield { path: [section, key, index], message: `${value} is listed twice` };
      seen.add(same);
    }
  }
}
