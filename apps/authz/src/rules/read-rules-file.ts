import { type ReadFile, readFileText } from '@ssp/service/operator';
import { inconsistencies } from './inconsistencies.ts';
import { InteractionSettings, RulesFile, RulesFileRule } from './rules-file.ts';

const knownKeys = [
  ...new Set([RulesFile, RulesFileRule, InteractionSettings].flatMap(({ shape }) => Object.keys(shape))),
];

/** Reads the text of a rules file, YAML or JSON: all of it, or every fault with its place. */
export function readRulesFile(text: string): ReadFile<RulesFile> {
  return readFileText(text, { schema: RulesFile, inconsistencies, knownKeys });
}
