import {
  defaultCodingSystem,
  type Refusal,
  type RefusalFacts,
  type RefusalRow,
  refusals,
} from './refusal.ts';

export type OperationOutcome = {
  readonly resourceType: 'OperationOutcome';
  readonly id?: string;
  readonly issue: readonly {
    readonly severity: 'error' | 'fatal';
    readonly code: string;
    readonly details: {
      readonly coding: readonly {
        readonly system: string;
        readonly code: string;
        readonly display: string;
      }[];
    };
    readonly diagnostics?: string;
  }[];
};

/** Builds the answer body of a refusal; `id` is the identifier under which audit finds the exchange (spec 7.1). */
export function operationOutcome(refusal: Refusal, id: string): OperationOutcome {
  const row: RefusalRow = refusals[refusal.code];
  const display = fill(row.text, refusal.facts);
  const coding = { system: row.system ?? defaultCodingSystem, code: row.code ?? String(row.status), display };
  const details = { coding: [coding] };
  // The published 405 sample carries neither id nor diagnostics.
  if (row.severity === 'fatal') {
    return { resourceType: 'OperationOutcome', issue: [{ severity: 'fatal', code: row.issue, details }] };
  }
  const diagnostics = row.diagnostics === undefined ? display : fill(row.diagnostics, refusal.facts);
  return {
    resourceType: 'OperationOutcome',
    id,
    issue: [{ severity: 'error', code: row.issue, details, diagnostics }],
  };
}

function fill(text: string, facts: RefusalFacts): string {
  const given: Readonly<Record<string, string | undefined>> = facts;
  // In one pass and by a function: neither `{to}` nor `$&` in a target may be read as ours.
  return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => given[name] ?? '');
}

/** Renders an OperationOutcome as FHIR XML, elements in the order of the FHIR schema. */
export function operationOutcomeXml(outcome: OperationOutcome): string {
  const issues = outcome.issue.map((issue) => {
    const codings = issue.details.coding.map(
      (coding) =>
        `<coding>${value('system', coding.system)}${value('code', coding.code)}${value('display', coding.display)}</coding>`,
    );
    const diagnostics = issue.diagnostics === undefined ? '' : value('diagnostics', issue.diagnostics);
    return `<issue>${value('severity', issue.severity)}${value('code', issue.code)}<details>${codings.join('')}</details>${diagnostics}</issue>`;
  });
  const id = outcome.id === undefined ? '' : value('id', outcome.id);
  return `<?xml version="1.0" encoding="UTF-8"?><OperationOutcome xmlns="http://hl7.org/fhir">${id}${issues.join('')}</OperationOutcome>`;
}

const value = (element: string, text: string) => `<${element} value="${escapeAttribute(text)}"/>`;

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escapeAttribute(text: string): string {
  // XML 1.0 has no way to write the other control characters, and a bare line break in an attribute reads as a blank.
  return text.replaceAll(/[&<>"\p{Cc}]/gu, (character) => {
    const entity = entities[character];
    if (entity !== undefined) return entity;
    return /[\t\n\r]/.test(character) ? `&#${character.codePointAt(0)};` : '\uFFFD';
  });
}
