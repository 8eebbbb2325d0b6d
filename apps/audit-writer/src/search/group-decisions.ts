import { authzRefusals, type DecisionGroup, type GroupedDecisionsLine } from '@ssp/contracts';
import { inTransaction } from '@ssp/postgres';
import { type TellLines } from '@ssp/service';
import { type Pool } from 'pg';
import { type GroupSearch } from './decision-query.ts';
import { sliceBySlice } from './slice-of-time.ts';

type Tell = TellLines<GroupedDecisionsLine>;

/**
 * Tells what authz decided on in a period, alike asks together, slice by slice: an ask of several slices is told once for each.
 * So each statement stays within the pool's time limit, and no more than a page is held here, however long and busy the period.
 */
export async function groupDecisions(pool: Pool, search: GroupSearch, tell: Tell): Promise<void> {
  await sliceBySlice(search, (slice) => tellSlice(pool, { ...search, ...slice }, tell));
  await tell([{ end: true }]);
}

type Row = Omit<DecisionGroup, 'certificateNames' | 'count'> & {
  readonly certificateNames: string;
  readonly count: string;
};

/** @returns how many exchanges there were */
function tellSlice(pool: Pool, { since, until, segments }: GroupSearch, tell: Tell): Promise<number> {
  return inTransaction(pool, async (client) => {
    await client.query('set transaction isolation level repeatable read, read only');
    const { rows } = await client.query<{ undecided: string }>(countUndecided, [since, until]);
    await client.query(openGroups, [since, until, regexOf(segments), authzRefusals, segments]);
    const undecided = Number(rows[0]?.undecided ?? 0);
    let exchanges = undecided;
    for (;;) {
      const page = await client.query<Row>('fetch 1000 from grouped');
      if (page.rows.length === 0) break;
      const groups = page.rows.map(groupOf);
      for (const { count } of groups) exchanges += count;
      await tell(groups.map((group) => ({ group })));
    }
    await tell([{ reached: until.toISOString(), undecided }]);
    return exchanges;
  });
}

const countUndecided = `
  select count(*) as undecided from audit.event
  where kind = 'completed' and occurred_at >= $1 and occurred_at < $2
    and (decision_id is null or certificate_names is null)`;

// What is told of a target: its host and the first segments of its path. The usual spelling is taken apart without a regular
// expression, which would take most of the time.
const base = `
  case when redacted_url like '/https://_%' and redacted_url not like '/https:///%'
    then array_to_string((string_to_array(split_part(redacted_url, '?', 1), '/'))[1:4 + $5::int], '/')
    else substring(redacted_url from $3) end`;

const openGroups = `
  declare grouped no scroll cursor for
  select
    certificate_names as "certificateNames", from_asid as "from", to_asid as "to", interaction_id as "interactionId",
    ${base} as "requestTarget", network,
    case when refusal = any($4::text[]) then refusal end as refusal,
    count(*) as count, min(trace_id) as "traceId"
  from audit.event
  where kind = 'completed' and occurred_at >= $1 and occurred_at < $2
    and decision_id is not null and certificate_names is not null
  group by 1, 2, 3, 4, 5, 6, 7`;

/** Finds them in any spelling, raw or percent-encoded. */
function regexOf(segments: number): string {
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
