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

const placeholders = ['from', 'to', 'endpoint', 'cpaId', 'target', 'header', 'detail'] as const;

function fill(text: string, facts: RefusalFacts): string {
  let filled = text;
  // A function as replacement: `$` in a target must not be read as a replacement pattern.
  for (const name of placeholders) filled = filled.replace(`{${name}}`, () => facts[name] ?? '');
  return filled;
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
  return text.replaceAll(/[&<>"]/g, (character) => entities[character] ?? character);
}
