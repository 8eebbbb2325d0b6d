import {
  checkResultText,
  type ExplainedCheck,
  type Explanation,
  explanationSummary,
  rowCameText,
} from '@ssp/contracts';
import { formatProperties, formatTable, printable } from './table.ts';

/** An explanation as a person reads it: what was decided, each check, its rows, what would have to change, what is now. */
export function explanationText(explanation: Explanation): string {
  const { checks, notes } = explanation;
  return [
    formatProperties(explanationSummary(explanation)),
    formatTable(
      ['CHECK', 'RESULT', 'WHY'],
      checks.map((check) => [check.id, checkResultText(check), check.why]),
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

function rowsTable(checks: readonly ExplainedCheck[]): string {
  const rows = checks.flatMap(({ id, rows: looked }) =>
    looked.map((row) => [id, row.table, row.key, rowCameText(row), row.says]),
  );
  return rows.length === 0 ? '' : formatTable(['CHECK', 'TABLE', 'ROW', 'IN FORCE', 'SAYS'], rows);
}
