import { inTransaction } from '@ssp/postgres';
import { Problem } from '@ssp/service';
import { acceptFile, listChanges, readInput, Why } from '@ssp/service/operator';
import { Router } from 'express';
import { type ClientBase, type Pool } from 'pg';
import { z } from 'zod';
import { diffRules, type RulesChange } from '../rules/diff-rules.ts';
import { exportRules, writeRulesFile } from '../rules/export-rules.ts';
import { readRulesFile } from '../rules/read-rules-file.ts';
import { type RulesFile } from '../rules/rules-file.ts';
import { changeRules } from '../rules/store-rules.ts';
import { type AdminContext } from './admin-context.ts';
import { type Change } from './read-changes.ts';

const Diff = z.strictObject({ text: z.string() });
const Load = z.strictObject({
  text: z.string(),
  /** The version that the difference was shown against. */
  version: z.string().regex(/^\d{1,18}$/),
  why: Why,
});

/** The reviewed file of rules: its difference from what is held, its load, and what is held as such a file. */
export function rulesRoutes({ pool, whoChanges }: AdminContext): Router {
  return Router()
    .post('/v1/rules/diff', async (req, res) => {
      const wanted = acceptFile(readRulesFile(readInput(Diff, req.body).text), 'the rules');
      const { held, version } = await readHeld(pool);
      res.json({ version, ...told(diffRules(held, wanted)) });
    })
    .post('/v1/rules/load', async (req, res) => {
      const who = whoChanges(req);
      const { text, version, why } = readInput(Load, req.body);
      const wanted = acceptFile(readRulesFile(text), 'the rules');
      const { changes, rulesVersion } = await changeRules(
        pool,
        async (_held, client) => {
          await refuseOvertaken(client, version);
          return wanted;
        },
        { who, why },
      );
      res.json({ version: rulesVersion, ...told(changes) });
    })
    .get('/v1/rules/export', async (req, res) => {
      const { held, version } = await readHeld(pool);
      const text = writeRulesFile(held);
      if (req.accepts('json', 'yaml') === 'yaml') return res.type('yaml').send(text);
      res.json({ version, text });
    });
}

/** The rules and the version that they are, read together. */
function readHeld(pool: Pool): Promise<{ readonly held: RulesFile; readonly version: string }> {
  return inTransaction(pool, async (client) => {
    await client.query('set transaction isolation level repeatable read, read only');
    const { rows } = await client.query<{ version: string }>('select version from authz.rules_version');
    return { held: await exportRules(client), version: rows[0]?.version ?? '0' };
  });
}

/** A load of the directory leaves the rules as they were shown; anything else may have changed them. */
async function refuseOvertaken(client: ClientBase, version: string): Promise<void> {
  const { rows } = await client.query<Change>(
    `select version, at, kind, who, why from authz.change
     where version > $1 and kind <> 'directory' order by version limit 100`,
    [version],
  );
  if (rows.length === 0) return;
  throw new Problem(412, `The rules were changed since version ${version}: look at the difference again.`, {
    changedSince: rows,
  });
}

function told(changes: readonly RulesChange[]) {
  return listChanges(changes.map(({ section, key, change, fields }) => ({ section, key, change, fields })));
}
