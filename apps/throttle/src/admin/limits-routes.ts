import { type LimitsChange, type LimitsDiff } from '@ssp/contracts';
import { Problem } from '@ssp/service';
import { acceptFile, listChanges, readInput, type WhoChanges, Why } from '@ssp/service/operator';
import { Router } from 'express';
import { type Pool } from 'pg';
import { z } from 'zod';
import { diffLimits, noLimits } from '../limits/diff-limits.ts';
import { readLimitsFile } from '../limits/read-limits-file.ts';
import { storeLimits } from '../limits/store-limits.ts';
import { readStoredLimits, readVersions } from '../limits/stored-limits.ts';
import { writeLimitsFile } from '../limits/write-limits-file.ts';

const Version = z.string().regex(/^\d{1,18}$/, 'must be the number of a version');
const Diff = z.strictObject({ text: z.string() });
const Change = z.strictObject({
  text: z.string(),
  /** The version that the difference was shown against. */
  version: Version,
  why: Why,
});
const HistoryQuery = z.strictObject({
  /** Versions before this one, for the next page. */
  before: Version.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});
const VersionPath = z.object({ version: Version });

/** The limits in force and as a file, what another file would change, putting one in force, and every version that was. */
export function limitsRoutes(pool: Pool, whoChanges: WhoChanges): Router {
  return Router()
    .get('/v1/limits', async (_req, res) => {
      res.json(await readHeld(pool));
    })
    .get('/v1/limits/export', async (req, res) => {
      const { version, document } = await readHeld(pool);
      const text = writeLimitsFile(document ?? noLimits);
      if (req.accepts('json', 'yaml') === 'yaml') return res.type('yaml').send(text);
      res.json({ version, text });
    })
    .post('/v1/limits/diff', async (req, res) => {
      const wanted = acceptFile(readLimitsFile(readInput(Diff, req.body).text), 'the limits');
      const { version, document } = await readHeld(pool);
      res.json(tell(version, diffLimits(document ?? noLimits, wanted)));
    })
    .put('/v1/limits', async (req, res) => {
      const who = whoChanges(req);
      const { text, version, why } = readInput(Change, req.body);
      const wanted = { text, document: acceptFile(readLimitsFile(text), 'the limits') };
      const stored = await storeLimits(pool, wanted, { who, why, kind: 'operator' }, async (last, client) => {
        if (last === version) return;
        const changedSince = (await readVersions(client, null, 100)).filter(
          (one) => BigInt(one.version) > BigInt(version),
        );
        throw new Problem(
          412,
          `The limits in force are of version ${last}, not ${version}: look at the difference again.`,
          {
            changedSince,
          },
        );
      });
      res.json(tell(stored.version, stored.changes));
    })
    .get('/v1/limits/history', async (req, res) => {
      const { before, limit } = readInput(HistoryQuery, req.query);
      res.json({ versions: await readVersions(pool, before ?? null, limit) });
    })
    .get('/v1/limits/history/:version', async (req, res) => {
      const { version } = readInput(VersionPath, req.params);
      const stored = await readStoredLimits(pool, version);
      if (stored === null) throw new Problem(404, `There is no version ${version} of the limits.`);
      res.json(stored);
    });
}

async function readHeld(pool: Pool) {
  const held = await readStoredLimits(pool);
  if (held === null) throw new Error('neither limits nor defaults');
  return held;
}

function tell(version: string, changes: readonly LimitsChange[]): LimitsDiff {
  return { version, ...listChanges(changes) };
}
