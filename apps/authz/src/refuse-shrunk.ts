import { type PoolClient } from 'pg';

/** The directory looks broken; what is held stays in force. */
export class DirectoryRefused extends Error {
  override readonly name = 'DirectoryRefused';
}

type Counts = {
  readonly kind: 'systems' | 'handlers';
  /** At the last whole load, or now where there are more. */
  readonly former: number;
  readonly left: number;
};

/**
 * Looks at what the load would leave before it changes anything. What loads between two whole ones remove adds up, since it is measured by the
 * last whole one.
 * @throws DirectoryRefused for an empty directory, or one that would shrink below `minPercent`
 */
export async function refuseShrunk(client: PoolClient, whole: boolean, minPercent: number): Promise<void> {
  const { rows } = await client.query<Counts>({
    text: `
      with held as (
        select 'system' as kind, count(*)::int as rows,
          (select systems from authz.directory_load) as at_whole_load from authz.accredited_system
        union all
        select 'handler', count(*)::int, (select handlers from authz.directory_load) from authz.message_handler
      )
      select held.kind || 's' as kind, greatest(held.rows, held.at_whole_load) as former,
        case when $1
          then (select count(*)::int from staged_entry as staged where staged.kind = held.kind and staged.reason is null)
          else held.rows - (select count(*)::int from doomed where doomed.kind = held.kind)
        end as left
      from held order by kind desc`,
    values: [whole],
  });
  for (const { kind, former, left } of rows) {
    if (left === 0) throw new DirectoryRefused(`the directory has no ${kind}`);
    if (left * 100 < former * minPercent) {
      throw new DirectoryRefused(
        `the directory has ${left} ${kind} where it had ${former}: less than ${minPercent} %`,
      );
    }
  }
}
