import { Problem } from '@ssp/service';
import { Asid } from '@ssp/spine';
import { readInput } from '@ssp/service/operator';
import { Router } from 'express';
import { type Pool } from 'pg';
import { z } from 'zod';
import { type AdminContext } from './admin-context.ts';
import { readOrganisation } from './read-organisation.ts';
import { findSetAside, readSystem, type SetAside } from './read-system.ts';

const System = z.object({ asid: Asid });
const Organisation = z.object({
  ods: z.string().regex(/^[A-Za-z0-9]{2,12}$/, 'an ODS code is letters and digits'),
});
const SetAsideQuery = z.strictObject({
  reason: z.string().max(100).optional(),
  /** Entries after this name, for the next page. */
  after: z.string().max(1_000).default(''),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});
const Sync = z.strictObject({ full: z.boolean().default(false) }).default({ full: false });

/** What the directory says, and what of it was left out; asks for a load at once. */
export function directoryRoutes({ pool, log, whoChanges }: AdminContext): Router {
  return Router()
    .get('/v1/systems/:asid', async (req, res) => {
      const { asid } = readInput(System, req.params);
      const system = await readSystem(pool, asid);
      if (system !== null) return res.json(system);
      throw new Problem(404, `No accredited system has the ASID ${asid}.`, {
        setAside: await findSetAside(pool, asid),
      });
    })
    .get('/v1/organisations/:ods', async (req, res) => {
      const { ods } = readInput(Organisation, req.params);
      const organisation = await readOrganisation(pool, ods);
      if (organisation !== null) return res.json(organisation);
      throw new Problem(404, `Nothing is held of the organisation ${ods}.`, {
        setAside: await findSetAside(pool, ods.toUpperCase()),
      });
    })
    .get('/v1/set-aside', async (req, res) => {
      const query = readInput(SetAsideQuery, req.query);
      res.json(await listSetAside(pool, query));
    })
    .post('/v1/sync', async (req, res) => {
      const who = whoChanges(req);
      const { full } = readInput(Sync, req.body);
      await pool.query(`select pg_notify('authz_sync_now', $1)`, [full ? 'full' : '']);
      log.info({ who, full }, 'a load of the directory was asked for');
      res.status(202).json({ asked: full ? 'full' : 'changes' });
    });
}

async function listSetAside(
  pool: Pool,
  { reason, after, limit }: z.output<typeof SetAsideQuery>,
): Promise<{
  readonly counts: Readonly<Record<string, number>>;
  readonly entries: readonly SetAside[];
}> {
  const counts = await pool.query<{ reason: string; count: number }>({
    name: 'count-set-aside',
    text: 'select reason, count(*)::int from authz.set_aside group by reason order by reason',
  });
  const entries = await pool.query<SetAside>({
    name: 'list-set-aside',
    text: `
      select dn, reason from authz.set_aside
      where dn > $1 and ($2::text is null or reason = $2)
      order by dn limit $3`,
    values: [after, reason ?? null, limit],
  });
  return {
    counts: Object.fromEntries(counts.rows.map((row) => [row.reason, row.count])),
    entries: entries.rows,
  };
}
