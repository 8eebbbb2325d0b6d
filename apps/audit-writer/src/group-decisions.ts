import { authzRefusals, type DecisionGroup, type GroupedDecisionsLine } from '@ssp/contracts';
import { inTransaction } from '@ssp/postgres';
import { type TellLines } from '@ssp/service';
import { type Pool } from 'pg';
import { type GroupSearch } from './decision-query.ts';

const HOUR_MS = 3_600_000;

type Tell = TellLines<GroupedDecisionsLine>;

/**
 * Tells what authz decided on in a period, alike asks together, hour by hour: an ask of several hours is told once for each.
 * So each statement stays within the pool's time limit, and no more than a page is held here, however long the period.
 */
export async function groupDecisions(pool: Pool, search: GroupSearch, tell: Tell): Promise<void> {
  const untilMs = search.until.getTime();
  let sinceMs = search.since.getTime();
  while (sinceMs < untilMs) {
    const nextMs = Math.min(sinceMs - (sinceMs % HOUR_MS) + HOUR_MS, untilMs);
    await tellHour(pool, { ...search, since: new Date(sinceMs), until: new Date(nextMs) }, tell);
    sinceMs = nextMs;
  }
  await tell([{ end: true }]);
}

type Row = Omit<DecisionGroup, 'certificateNames' | 'count'> & {
  readonly certificateNames: string;
  readonly count: string;
};

function tellHour(pool: Pool, { since, until, segments }: GroupSearch, tell: Tell): Promise<void> {
  return inTransaction(pool, async (client) => {
    await client.query('set transaction isolation level repeatable read, read only');
    const { rows } = await client.query<{ undecided: string }>(countUndecided, [since, until]);
    await client.query(openGroups, [since, until, baseOf(segments), authzRefusals]);
    for (;;) {
      const page = await client.query<Row>('fetch 1000 from grouped');
      if (page.rows.length === 0) break;
      await tell(page.rows.map((row) => ({ group: groupOf(row) })));
    }
    await tell([{ reached: until.toISOString(), undecided: Number(rows[0]?.undecided ?? 0) }]);
  });
}

const countUndecided = `
  select count(*) as undecided from audit.event
  where kind = 'completed' and occurred_at >= $1 and occurred_at < $2
    and (decision_id is null or certificate_names is null)`;

const openGroups = `
  declare grouped no scroll cursor for
  select
    certificate_names as "certificateNames", from_asid as "from", to_asid as "to", interaction_id as "interactionId",
    substring(redacted_url from $3) as "requestTarget", network,
    case when refusal = any($4::text[]) then refusal end as refusal,
    count(*) as count, min(trace_id) as "traceId"
  from audit.event
  where kind = 'completed' and occurred_at >= $1 and occurred_at < $2
    and decision_id is not null and certificate_names is not null
  group by 1, 2, 3, 4, 5, 6, 7`;

/** What is told of a target: its host and the first segments of its path, in the raw form or the percent-encoded one. */
function baseOf(segments: number): string {
  const raw = String.raw`/https:/+[^/?]+(?:/[^/?]*){0,${segments}}`;
  const one = String.raw`(?:(?!%2f|%3f|[/?]).)`;
  const encoded = String.raw`/https%3a(?:%2f)+${one}+(?:(?:%2f|/)${one}*){0,${segments}}`;
  return `(?i)^(?:${raw}|${encoded})`;
}

function groupOf({ certificateNames, count, requestTarget, ...row }: Row): DecisionGroup {
  return {
    ...row,
    requestTarget: requestTarget ?? '',
    certificateNames: certificateNames === '' ? [] : certificateNames.split(','),
    count: Number(count),
  };
}
