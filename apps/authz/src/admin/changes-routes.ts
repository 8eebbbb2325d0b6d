import { readInput } from '@ssp/service/operator';
import { Router } from 'express';
import { z } from 'zod';
import { type AdminContext } from './admin-context.ts';
import { readChanges, readHeldVersion } from './read-changes.ts';

const ChangesQuery = z.strictObject({
  /** Versions before this one, for the next page. */
  before: z.coerce.bigint().positive().optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(50),
});

/** The version in force, and who changed what when and why. */
export function changesRoutes({ pool }: AdminContext): Router {
  return Router()
    .get('/v1/rules/version', async (_req, res) => res.json(await readHeldVersion(pool)))
    .get('/v1/changes', async (req, res) => {
      const { before, limit } = readInput(ChangesQuery, req.query);
      res.json({ changes: await readChanges(pool, before ?? null, limit) });
    });
}
