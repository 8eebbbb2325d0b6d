import { type Figures } from './books/judge-books.ts';
import { type Drill } from './drill.ts';

type Named = Pick<Drill, 'name' | 'does' | 'expected'>;

/** What came of a drill; without figures where it could not be brought to an end. */
export type Outcome = Named & {
  readonly figures: Figures | null;
  readonly faults: readonly string[];
  /** When, as ISO 8601. */
  readonly ranAt: string;
};

const begin = '<!-- scorecard: written by npm run drills, not by hand -->';
const end = '<!-- end of the scorecard -->';

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
 * The page with the scorecard in its place: a row for each known drill in that order, from these outcomes, or as an earlier run left it where
 * it was not run this time. A row that no run has written says that it was not run.
 */
export function writeScorecard(page: string, known: readonly Named[], outcomes: readonly Outcome[]): string {
  const before = rowsOf(page);
  const ran = new Map(outcomes.map((outcome) => [outcome.name, outcome]));
  const rows = known.map((drill) => {
    const outcome = ran.get(drill.name);
    return outcome === undefined ? (before.get(drill.name) ?? notRun(drill)) : rowOf(outcome);
  });
  const table = [heads, heads.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
  const [head = '', rest = ''] = page.split(begin);
  const tail = rest.split(end)[1] ?? '\n';
  return `${head}${begin}\n\n${table}\n\n${end}${tail}`;
}

const notRun = ({ name, does, expected }: Named) =>
  cellsOf([`\`${name}\``, does, expected, '', '', '', '', '', 'not run', '']);

function rowOf({ name, does, expected, figures, faults, ranAt }: Outcome): readonly string[] {
  const result = faults.length === 0 ? 'passed' : `**FAILED**: ${faults.join('; ')}`;
  return cellsOf([`\`${name}\``, does, expected, ...told(figures), result, ranAt]);
}

function told(figures: Figures | null): readonly string[] {
  if (figures === null) return ['', '', '', '', ''];
  const { sent, answers, cutOff, audited, abandoned, counted } = figures;
  return [
    `${sent}`,
    [...answers].map(([answer, times]) => `${times} × ${answer}`).join(', '),
    `${cutOff}`,
    `${audited}${abandoned === 0 ? '' : `, ${abandoned} of them closed as abandoned`}`,
    `${counted}`,
  ];
}

const cellsOf = (cells: readonly string[]) =>
  cells.map((cell) => cell.replaceAll('|', '/').replaceAll('\n', ' '));

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
