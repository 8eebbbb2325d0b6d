import { type PoolClient } from 'pg';
import { type LdapEntry } from './read-entry.ts';
import { stagedEntry } from './staged-entry.ts';

// Of the session: gone with its connection, however that ends, and seen by nobody else.
const tables = `
  create temporary table staged_entry (
    dn text not null, kind text not null, id text, reason text, modified text, revision text,
    ods text, party_key text, manufacturer_org text, product_name text, interactions text[], category_bag text[],
    cpa_id text, interaction text, endpoints text[], fqdn text, name text
  );
  create temporary table gone (dn text not null);
  create temporary table doomed (kind text not null, id text not null)`;

/** Makes the tables in which a load gathers before anything of it is visible. */
export async function createStaging(client: PoolClient): Promise<void> {
  await client.query(tables);
}

const insertEntries = `
  insert into staged_entry
    (dn, kind, id, reason, modified, revision, ods, party_key, manufacturer_org, product_name, interactions, category_bag,
      cpa_id, interaction, endpoints, fqdn, name)
  select dn, kind, id, reason, modified, revision, ods, "partyKey", "manufacturerOrg", "productName", interactions, "categoryBag",
    "cpaId", interaction, endpoints, fqdn, name
  from json_to_recordset($1::json) as read (
    dn text, kind text, id text, reason text, modified text, revision text,
    ods text, "partyKey" text, "manufacturerOrg" text, "productName" text, interactions text[], "categoryBag" text[],
    "cpaId" text, interaction text, endpoints text[], fqdn text, name text
  )`;

/** Takes the number of entries that have come so far. */
export type Progress = (entries: number) => void;

// A longer text would be kept apart by V8 until the next collection of everything, and thousands of them with it.
const batchTextMax = 64_000;

/**
 * Stages what comes, a batch at a time, and gives back how many entries came. While one batch is written the next one is read; more than two
 * are never held.
 */
export async function stageEntries(
  client: PoolClient,
  portions: AsyncIterable<readonly LdapEntry[]>,
  progress: Progress,
): Promise<number> {
  let entries = 0;
  let batch: string[] = [];
  let batchText = 0;
  let writing: Promise<unknown> = Promise.resolve();
  const flush = async () => {
    await writing;
    writing = client.query({ name: 'stage-entries', text: insertEntries, values: [`[${batch.join()}]`] });
    // A failure is met at the next await; a failing read must not leave it unhandled.
    writing.catch(() => undefined);
    batch = [];
    batchText = 0;
  };
  for await (const portion of portions) {
    for (const entry of portion) {
      const staged = JSON.stringify(stagedEntry(entry));
      if (batchText + staged.length > batchTextMax && batch.length > 0) await flush();
      batch.push(staged);
      batchText += staged.length;
    }
    entries += portion.length;
    progress(entries);
  }
  if (batch.length > 0) await flush();
  await writing;
  return entries;
}
