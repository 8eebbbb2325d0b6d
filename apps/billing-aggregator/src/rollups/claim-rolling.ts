import { type PoolClient } from 'pg';

/** Takes the right to sum up until the end of the transaction. @returns false where another process has it */
export async function claimRolling(client: PoolClient): Promise<boolean> {
  const { rows } = await client.query<{ is_ours: boolean }>({
    name: 'claim-rolling',
    text: `select pg_try_advisory_xact_lock(hashtext('billing.rollers'), 0) as is_ours`,
  });
  return rows[0]?.is_ours === true;
}
