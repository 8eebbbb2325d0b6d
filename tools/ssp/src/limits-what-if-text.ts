import { type JudgedRow, type LimitsWhatIfReport } from '@ssp/contracts';
import { formatProperties, formatTable } from './table.ts';

const rowsMax = 30;

/** What proposed limits would have done, as a person reads it. */
export function limitsWhatIfText(report: LimitsWhatIfReport): string {
  const { totals, unlisted } = report;
  const nothing = totals.inForce === 0 && totals.proposed === 0 && totals.shadowed === 0;
  const ofAll = (count: number) =>
    totals.judged === 0 ? '0' : `${count} (${((100 * count) / totals.judged).toFixed(1)} %)`;
  return [
    formatProperties([
      ['period', `${report.since} to ${report.until}`],
      ['limits then', `version ${report.versions.join(', ')}`],
      ['differences', `${report.differences} from those in force now`],
      ['judged', `${totals.judged} requests`],
      ['refused then', `${totals.refusedThen}, as audited`],
      ['in force', `${ofAll(totals.inForce)} refused, as worked out again`],
      ['proposed', `${ofAll(totals.proposed)} refused`],
      ['newly refused', String(totals.newlyRefused)],
      ['no longer', String(totals.noLongerRefused)],
      ['shadow', `${totals.shadowed} over a proposed limit in shadow mode`],
      ['not judged', `${totals.notAsked} refused before their limits; ${totals.unended} without an end`],
    ]),
    ...(nothing
      ? [
          totals.judged === 0
            ? 'No request of the period was judged.\n'
            : 'Neither would have refused anything.\n',
        ]
      : []),
    ...tableOf('RULE', report.rules),
    ...tableOf('CONSUMER', report.consumers),
    ...tableOf('PROVIDER', report.providers),
    ...(unlisted === 0 ? [] : [`and ${unlisted} more that are not told apart\n`]),
    'Buckets start full. What was refused then took its own short time, and may have been asked again.\n',
  ].join('\n');
}

function tableOf(heading: string, rows: readonly JudgedRow[]): readonly string[] {
  if (rows.length === 0) return [];
  const table = formatTable(
    [heading, 'IN FORCE', 'PROPOSED', 'NEWLY', 'NO LONGER', 'SHADOW', 'FIRST', 'LAST', 'EXAMPLE (TRACE ID)'],
    rows
      .slice(0, rowsMax)
      .map((row) => [
        row.scope === null || row.scope === row.name ? row.name : `${row.name} (${row.scope})`,
        String(row.inForce),
        String(row.proposed),
        String(row.newlyRefused),
        String(row.noLongerRefused),
        String(row.shadowed),
        row.firstAt,
        row.lastAt,
        row.examples[0] ?? '',
      ]),
  );
  const more = rows.length - rowsMax;
  return [more > 0 ? `${table}and ${more} more: ask with --json\n` : table];
}
