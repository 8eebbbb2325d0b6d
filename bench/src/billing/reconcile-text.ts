import { settingsText } from '../audit/audit-rig.ts';
import { table } from '../report/table.ts';
import { type ClosedMonth } from './measure-closing.ts';
import { type HourCost, type ReconcileFindings } from './measure-reconcile.ts';

/** Of one national month, as the part about asking reckons it. */
const nationalRows = 76e6;

/** The findings for people, as a part of a page. */
export function reconcileText(
  { percent, exchanges, groups, balanced, named, psqlUs, memoryMb, months, loadAfter }: ReconcileFindings,
  machine: string,
  now: Date,
): string {
  const rows = [
    ['an hour that balances', ...cellsOf(balanced)],
    ['the same, one exchange missing from the ledger: each is compared', ...cellsOf(named)],
  ];
  const [afterSums, afterNames] = memoryMb.billing;
  const last = months.at(-1);
  return `## Reconciling

One hour of ${percent === 100 ? 'the nation at its busiest' : `${percent} % of the nation at its busiest`}: ${exchanges} exchanges under ${groups} keys in the ledger, and as many completed events of 2.7 kB in the audit,
told by twelve edges with their tallies. Query API, audit and Postgres run as in production, the audit is asked over HTTP. CPU time in µs per exchange, median of three runs,
all on one machine (${machine}, ${loadAfter.toFixed(1)} after it, ${now.toISOString().slice(0, 10)}); ${settingsText}.

${table(['reconciled', 'billing (Node)', 'audit (Node)', 'Postgres', 'together', 'seconds'], rows)}

- One \`psql\` that reads the sums of the same ledger rows and the bodies of the same events takes ${psqlUs.toFixed(1)} µs with its Postgres: an hour
  that balances takes **${(sumOf(balanced) / psqlUs).toFixed(1)}** times as much.
- The most memory of the query API is ${afterSums.toFixed(0)} MB after hours that balanced and ${afterNames.toFixed(0)} MB after those whose exchanges were compared one by one; of the audit ${memoryMb.audit.toFixed(0)} MB.
- Reckoned from that, the 140 million exchanges of a month take **${((sumOf(balanced) * 140) / 3_600).toFixed(1)} hours** of one core to be reconciled anew; hour by hour it is
  ${(sumOf(balanced) / 2).toFixed(0)} seconds of a core after the busiest hour.

### Closing

Months of ${last?.statements ?? 0} suppliers, closed by \`billing-close-month\` once all their hours were reconciled.

${table(['million rows of usage', 'million keys', 'million requests', 'seconds', 'most memory, MB'], months.map(closedCells))}

- Its memory does not grow with the month: rows are added up by Postgres, and a line of a statement stands for all of a kind.
- A national month has some ${nationalRows / 1e6} million rows: reckoned from the last, at most **${reckonedSeconds(months).toFixed(0)} seconds**, in which nobody counts.

\`npm run bench -- --only billing-reconcile\` writes this part anew; \`--quick\` or \`--scale 5\` tries it with less.
`;
}

function sumOf({ billingUs, auditUs, postgresUs }: HourCost): number {
  return billingUs + auditUs + postgresUs;
}

function cellsOf(cost: HourCost): string[] {
  const { billingUs, auditUs, postgresUs, seconds } = cost;
  return [billingUs, auditUs, postgresUs, sumOf(cost), seconds].map((value) => value.toFixed(1));
}

function closedCells({ rows, keys, requests, seconds, memoryMb }: ClosedMonth): string[] {
  return [
    (rows / 1e6).toFixed(2),
    (keys / 1e6).toFixed(2),
    (requests / 1e6).toFixed(1),
    seconds.toFixed(1),
    memoryMb.toFixed(0),
  ];
}

/** At most: some of it does not grow with the rows. */
function reckonedSeconds(months: readonly ClosedMonth[]): number {
  const most = months.at(-1);
  return most === undefined ? Number.NaN : (most.seconds * nationalRows) / most.rows;
}
