import { type Figures } from './books/judge-books.ts';

/** What came of a drill; without figures where it is not built, or could not be brought to an end. */
export type Outcome = {
  readonly name: string;
  readonly does: string;
  readonly expected: string;
  readonly figures: Figures | null;
  /** Null where it was not run. */
  readonly faults: readonly string[] | null;
  /** When, as ISO 8601. */
  readonly ranAt: string;
};

const begin = '<!-- scorecard: written by npm run drills, not by hand -->';
const end = '<!-- end of the scorecard -->';
const notBuilt = 'not built';

const heads = [
  'Drill',
  'What is done',
  'Expected',
  'Sent',
  'Answers',
  'No answer',
  'In the audit',
  'Counted',
  'Result',
  'Run',
];

/**
 * The page with the scorecard in its place: a row for each of `names` in that order, from these outcomes, or as an earlier run left it where
 * it was not run this time. A row that no run has written says that it was not run.
 */
export function writeScorecard(
  page: string,
  known: readonly Outcome[],
  outcomes: readonly Outcome[],
): string {
  const before = rowsOf(page);
  const ran = new Map(outcomes.map((outcome) => [outcome.name, outcome]));
  const rows = known.map((drill) => {
    const outcome = ran.get(drill.name);
    if (outcome !== undefined) return rowOf(outcome);
    const kept = before.get(drill.name);
    // A drill that is not built any more, or that has come to be built, has no row to keep.
    const isKept = kept !== undefined && drill.expected !== '' && kept.at(8) !== notBuilt;
    return isKept ? kept : rowOf(drill);
  });
  const table = [heads, heads.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
  const [head = '', rest = ''] = page.split(begin);
  const tail = rest.split(end)[1] ?? '\n';
  return `${head}${begin}\n\n${table}\n\n${end}${tail}`;
}

function rowOf({ name, does, expected, figures, faults, ranAt }: Outcome): readonly string[] {
  const answers = [...(figures?.answers ?? [])].map(([status, times]) => `${times} × ${status}`).join(', ');
  const abandoned =
    figures === null || figures.abandoned === 0 ? '' : `, ${figures.abandoned} of them closed as abandoned`;
  const told =
    figures === null
      ? ['', '', '', '', '']
      : [
          `${figures.sent}`,
          answers,
          `${figures.cutOff}`,
          `${figures.audited}${abandoned}`,
          `${figures.counted}`,
        ];
  return [`\`${name}\``, does, expected, ...told, resultOf(expected, faults), ranAt].map((cell) =>
    cell.replaceAll('|', '/').replaceAll('\n', ' '),
  );
}

function resultOf(expected: string, faults: Outcome['faults']): string {
  if (faults === null) return expected === '' ? notBuilt : 'not run';
  return faults.length === 0 ? 'passed' : `**FAILED**: ${faults.join('; ')}`;
}

/** Name → cells of its row, as the page has them. */
function rowsOf(page: string): ReadonlyMap<string, readonly string[]> {
  const rows = (page.split(begin)[1] ?? '').split(end)[0]?.split('\n') ?? [];
  return new Map(
    rows.flatMap((row) => {
      const cells = row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim());
      const name = /^`(.+)`$/.exec(cells[0] ?? '')?.[1];
      return name === undefined || cells.length !== heads.length ? [] : [[name, cells] as const];
    }),
  );
}
