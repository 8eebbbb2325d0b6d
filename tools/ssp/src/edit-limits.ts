import { isMap, isScalar, isSeq, parseDocument, type Document, type YAMLMap } from 'yaml';
import { UsageFault } from './command-fault.ts';

/** What a rule's fields become; those that are left out stay. */
export type RuleFields = Readonly<Record<string, string | Readonly<Record<string, string>> | undefined>>;

/** Changes fields of one rule in the text of limits, which keeps its comments. @throws UsageFault where there is no such rule */
export function setRule(text: string, id: string, fields: RuleFields): string {
  const document = open(text);
  const rule = ruleOf(document, id);
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) rule.set(name, document.createNode(value));
  }
  return write(document);
}

/** Adds a rule at the end. @throws UsageFault where one has this id */
export function addRule(text: string, id: string, fields: RuleFields): string {
  const document = open(text);
  if (idsOf(document).includes(id)) {
    throw new UsageFault(`there is a rule ${id} already: change it with \`ssp limits set ${id}\``);
  }
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  document.addIn(['limits'], document.createNode({ id, ...Object.fromEntries(given) }));
  return write(document);
}

/** Takes a rule out. @throws UsageFault where there is no such rule */
export function removeRule(text: string, id: string): string {
  const document = open(text);
  ruleOf(document, id);
  document.deleteIn(['limits', idsOf(document).indexOf(id)]);
  return write(document);
}

// As throttle reads it: every value is text, so that an ASID keeps its zeros.
const open = (text: string) => parseDocument(text, { schema: 'failsafe' });
const write = (document: Document) => document.toString({ lineWidth: 0 });

function rulesOf(document: Document): readonly YAMLMap[] {
  const rules = document.get('limits');
  return isSeq(rules) ? rules.items.filter((item) => isMap(item)) : [];
}

const idsOf = (document: Document) => rulesOf(document).map((rule) => idOf(rule));

function idOf(rule: YAMLMap): string {
  const id = rule.get('id', true);
  return isScalar(id) ? String(id.value) : '';
}

function ruleOf(document: Document, id: string): YAMLMap {
  const rule = rulesOf(document).find((one) => idOf(one) === id);
  if (rule !== undefined) return rule;
  throw new UsageFault(`there is no rule ${id}; the limits in force have ${idsOf(document).join(', ')}`);
}
