import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { askPostgres, repositoryRoot } from '@ssp/platform';
import { type Books } from './books/judge-books.ts';
import { type Rig } from './rig.ts';

/** Keeps what tells why a drill failed before its platform goes, as far as it can be had; gives the folder. */
export async function keepEvidence(name: string, rig: Rig, books: Books | null, at: Date): Promise<string> {
  const { card, paths } = rig;
  const folder = join(repositoryRoot, '.local/drills', `${name}-${at.toISOString().replaceAll(':', '')}`);
  await mkdir(folder, { recursive: true });
  const json = (file: string, value: unknown) =>
    writeFile(join(folder, file), `${JSON.stringify(value, null, 2)}\n`);
  const services = Object.entries(card.services).map(async ([service, [process]]) => {
    if (process === undefined) return;
    for (const path of ['readyz', 'metrics']) {
      const response = await fetch(`${process.admin}/${path}`, { signal: AbortSignal.timeout(5_000) });
      await writeFile(join(folder, `${service}.${path}`), await response.text());
    }
  });
  await Promise.allSettled([
    cp(paths.logs, join(folder, 'logs'), { recursive: true }),
    json('books.json', books === null ? null : { ...books, audited: Object.fromEntries(books.audited) }),
    ...services,
    askPostgres(card, 'select topic, partition, next_offset from audit.consumer_offset order by 1, 2').then(
      (rows) => json('audit-read-up-to.json', rows),
    ),
    askPostgres(
      card,
      'select topic, partition, "offset", reason from audit.quarantine order by 1, 2, 3',
    ).then((rows) => json('audit-put-aside.json', rows)),
  ]);
  return folder;
}
