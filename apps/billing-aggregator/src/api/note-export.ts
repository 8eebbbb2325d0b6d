import { inTransaction } from '@ssp/postgres';
import { type Pool } from 'pg';
import { type Actor, noteDeed } from '../books/deeds.ts';

/** A file that somebody takes out of the books; what is null was not asked for. */
export type TakenFile = {
  readonly file: 'usage' | 'statement' | 'tariffs';
  readonly format: string;
  readonly [detail: string]: string | null;
};

/** Notes, for the audit to be told, who is about to be given a file. Rejects where that cannot be noted: then it must not be given. */
export async function noteExport(pool: Pool, who: Actor, file: TakenFile): Promise<void> {
  const what = Object.fromEntries(
    Object.entries(file).flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])),
  );
  await inTransaction(pool, (client) =>
    noteDeed(client, { action: 'exported', who, why: null, at: new Date(), what }),
  );
}
