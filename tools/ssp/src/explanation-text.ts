import { type ExplainedCheck, type ExplainedRow, type Explanation } from '@ssp/contracts';
import { formatProperties, formatTable, printable } from './table.ts';

/** An explanation as a person reads it: what was decided, each check, its rows, what would have to change, what is now. */
export function explanationText(explanation: Explanation): string {
  const { checks, notes } = explanation;
  return [
    formatProperties(summary(explanation)),
    formatTable(
      ['CHECK', 'RESULT', 'WHY'],
      checks.map((check) => [check.id, resultText(check), check.why]),
    ),
    ...checks.flatMap((check) =>
      check.remedy === null ? [] : [`To pass ${check.id}: ${printable(check.remedy)}\n`],
    ),
    rowsTable(checks),
    ...notes.map((note) => `Note: ${printable(note)}\n`),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function summary(explanation: Explanation): readonly (readonly [string, string])[] {
  const { exchange, edge, facts, decision, now } = explanation;
  const lines: (readonly [string, string])[] = [];
  if (exchange !== null) {
    const { internalId, traceId, decisionId, receivedAt, status, outcome } = exchange;
    lines.push([
      'exchange',
      `${internalId}, ${outcome ?? 'under way'} ${status ?? ''}, ${receivedAt ?? 'unknown time'}`,
    ]);
    lines.push(['trace id', traceId ?? 'none']);
    lines.push(['decision', decisionId ?? 'authz did not decide']);
  }
  if (edge !== null) {
    const detail = edge.detail === null ? '' : ` (${edge.detail})`;
    lines.push(['ended by', `the edge at "${edge.stage}": ${edge.refusal}${detail}, see ${edge.docs}`]);
  }
  if (facts !== null) {
    lines.push(
      ['from', facts.from],
      ['to', facts.to],
      ['interaction', facts.interactionId],
      ['target', facts.target],
      ['certificate', facts.certificateNames.join(', ') || 'no name'],
      ['network', facts.network],
      ['at', facts.at],
    );
  }
  if (decision !== null) {
    const { rulesVersion, made, outcome, answer, agreementId } = decision;
    lines.push(['rules', `version ${rulesVersion}${made === null ? '' : `, ${madeText(made)}`}`]);
    lines.push([
      'outcome',
      answer === null
        ? `allowed, agreement ${agreementId ?? ''}`
        : `refused: ${outcome}, ${answer.status} ${answer.text}`,
    ]);
  }
  if (now !== null) {
    const differs = now.differs.map(({ id, result, why }) => `${id} ${result}: ${why}`).join(' ');
    lines.push([
      'now',
      `version ${now.rulesVersion}: ${now.same ? 'the same' : now.outcome === 'allow' ? 'allowed' : `refused, ${now.outcome}`}${differs === '' ? '' : `; ${differs}`}`,
    ]);
  }
  return lines;
}

function resultText({ result, reached, by }: ExplainedCheck): string {
  if (by === 'edge') return result;
  return reached ? result : `${result} (not reached)`;
}

function rowsTable(checks: readonly ExplainedCheck[]): string {
  const rows = checks.flatMap(({ id, rows: looked }) =>
    looked.map((row) => [id, row.table, row.key, cameText(row), row.says]),
  );
  return rows.length === 0 ? '' : formatTable(['CHECK', 'TABLE', 'ROW', 'IN FORCE', 'SAYS'], rows);
}

function cameText({ sinceVersion, untilVersion, since }: ExplainedRow): string {
  const until = untilVersion === null ? '' : ` until version ${untilVersion}`;
  return `since version ${sinceVersion}${since === null ? '' : ` (${madeText(since)})`}${until}`;
}

function madeText({ at, who, why }: NonNullable<ExplainedRow['since']>): string {
  return `${at} by ${who}: ${why}`;
}
