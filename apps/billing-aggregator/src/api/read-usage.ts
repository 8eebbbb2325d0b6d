import { type UsageFigures, usageOutcomes, type UsageReport, type UsageRow } from '@ssp/contracts';
import { Problem } from '@ssp/service';
import { type Pool, type PoolClient } from 'pg';
import { z } from 'zod';
import { nameColumns } from '../rollups/cubes.ts';
import { type Period } from '../rollups/plan-parts.ts';
import { formerPeriod, formerStart } from './former-period.ts';
import { inSnapshot } from './in-snapshot.ts';
import { type Group, groupKey, readGroups, readPage, readTimes, type UsageQuestion } from './read-groups.ts';
import { addedUp, changeOf, figuresOf, noSums, percentilesOf } from './usage-figures.ts';
import { type UsageQuery } from './usage-query.ts';
import { writeUsageCursor } from './usage-cursor.ts';

const pageGroups = 1_000;
/** Most groups in an answer that has no pages. */
const csvGroupsMax = 50_000;

/** A page of the answer to a question about usage, all of it as of one moment. */
export function readUsage(pool: Pool, query: UsageQuery): Promise<UsageReport> {
  return inSnapshot(pool, (client) => readReport(client, query, query.limit ?? pageGroups));
}

/** The answer without pages. @throws Problem 400 for one with too many groups */
export async function readAllUsage(pool: Pool, query: UsageQuery): Promise<UsageReport> {
  if (query.limit !== null || query.after !== null) return readUsage(pool, query);
  const report = await readUsage(pool, { ...query, limit: csvGroupsMax });
  if (report.next === null) return report;
  throw new Problem(
    400,
    `more than ${csvGroupsMax} groups: ask for fewer dimensions, a shorter period or a filter`,
  );
}

async function readReport(client: PoolClient, query: UsageQuery, limit: number): Promise<UsageReport> {
  const { from, to, groupBy, granularity } = query;
  const page = await readPage(client, query, { ...query, limit });
  const groups = page.slice(0, limit);
  const last = groups.at(-1);
  const figures = await figuresOfGroups(client, query, groups);
  // Where all groups are there they hold the totals, and nothing is read twice.
  const isWhole = query.after === null && page.length <= limit && !query.hasPercentiles;
  const totals = isWhole
    ? figuresOf(addedUp(groups.map(({ sums }) => sums)), null)
    : await readTotals(client, query);
  const named = namedBy(query);
  const former = query.isCompared ? await readFormer(client, query, { groups, figures, totals }) : null;
  return {
    period: told({ from, to }),
    groupBy: [...groupBy],
    granularity,
    rows: figures.map((figuresOfGroup, at) => ({
      ...named(groups[at]?.names ?? []),
      ...figuresOfGroup,
      ...former?.rows[at],
    })),
    totals,
    ...(former !== null && { previous: former.all }),
    next: page.length > limit && last !== undefined ? writeUsageCursor(query.mark, last) : null,
  };
}

type Question = UsageQuestion & Pick<UsageQuery, 'hasPercentiles'>;

/** In the order of the groups. */
async function figuresOfGroups(
  client: PoolClient,
  question: Question,
  groups: readonly Group[],
): Promise<readonly UsageFigures[]> {
  const times = question.hasPercentiles
    ? await readTimes(
        client,
        question,
        groups.map(({ names }) => names),
      )
    : null;
  return groups.map(({ names, sums }) =>
    figuresOf(sums, times === null ? null : percentilesOf(times.get(groupKey(names)))),
  );
}

async function readTotals(client: PoolClient, question: Question): Promise<UsageFigures> {
  const all = { ...question, groupBy: [], granularity: 'total' } as const;
  const [total = { names: [], sums: noSums, figure: null }] = await readPage(client, all, {
    order: null,
    after: null,
    limit: 1,
  });
  const [figures] = await figuresOfGroups(client, all, [total]);
  return figures ?? figuresOf(noSums, null);
}

type Told = {
  readonly groups: readonly Group[];
  readonly figures: readonly UsageFigures[];
  readonly totals: UsageFigures;
};

/** The same groups and totals in the former period, and how they have changed since. */
async function readFormer(client: PoolClient, query: UsageQuery, { groups, figures, totals }: Told) {
  const period = formerPeriod(query);
  const question = { ...query, ...period };
  const formerNames = ({ names }: Group) => {
    const [start = '', ...others] = names;
    return query.granularity === 'total' ? names : [formerStart(start, query, query.granularity), ...others];
  };
  const found = await readGroups(client, question, groups.map(formerNames));
  const foundFigures = await figuresOfGroups(client, question, found);
  const byNames = new Map(found.map(({ names }, at) => [groupKey(names), foundFigures[at]]));
  const formerTotals = await readTotals(client, question);
  return {
    rows: groups.map((group, at) => {
      const [now, previous] = [figures[at], byNames.get(groupKey(formerNames(group)))];
      if (now === undefined || previous === undefined) return { previous: null, change: null };
      return { previous, change: changeOf(now, previous) };
    }),
    all: { period: told(period), totals: formerTotals, change: changeOf(totals, formerTotals) },
  };
}

function told({ from, to }: Period) {
  return { from: from.toISOString(), to: to.toISOString() };
}

type GroupNames = Pick<UsageRow, 'start' | (typeof nameColumns)[keyof typeof nameColumns][number]['field']>;
const Outcome = z.enum(usageOutcomes);

/** Gives a group's names their fields; of thousands of groups, so that only what is of a closed list is looked at more closely. */
function namedBy({ groupBy, granularity }: UsageQuestion): (names: readonly string[]) => GroupNames {
  const ofDimensions = groupBy.flatMap((dimension) => nameColumns[dimension].map(({ field }) => field));
  const fields = granularity === 'total' ? ofDimensions : (['start', ...ofDimensions] as const);
  return (names) => {
    const row: { -readonly [Field in keyof GroupNames]: GroupNames[Field] } = {};
    for (const [at, field] of fields.entries()) {
      const name = names[at] ?? '';
      if (field === 'outcome') row.outcome = Outcome.parse(name);
      else row[field] = name;
    }
    return row;
  };
}
