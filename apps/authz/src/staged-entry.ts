import { createHash } from 'node:crypto';
import { type RowKind, type SetAsideReason } from './directory.ts';
import { type LdapEntry, readEntry, readRevision, type Revision } from './read-entry.ts';

/** An entry on its way into the tables: what it is, and either the row it gives or the reason why it gives none. */
export type StagedEntry = Revision & {
  readonly dn: string;
  readonly kind: RowKind;
  readonly id: string | null;
  readonly reason: SetAsideReason | null;
};

/** Makes of an entry what goes into staging; the row's own fields stand beside. */
export function stagedEntry(entry: LdapEntry): StagedEntry {
  const read = readEntry(entry);
  const known = { dn: entryName(entry.dn), ...readRevision(entry) };
  switch (read.kind) {
    case 'system':
      return { ...known, kind: 'system', id: read.system.asid, reason: null, ...read.system };
    case 'handler':
      return { ...known, kind: 'handler', id: read.handler.handlerId, reason: null, ...read.handler };
    case 'organisation':
      return {
        ...known,
        kind: 'organisation',
        id: read.organisation.ods,
        reason: null,
        ...read.organisation,
      };
    case 'senseless':
      return { ...known, kind: read.of, id: null, reason: read.reason };
  }
}

const nameLengthMax = 500;

/** An entry's name as the tables keep it: the directory's own, unless it is too long or has what Postgres cannot store. */
export function entryName(dn: string): string {
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  if (dn.length <= nameLengthMax && !/[\u0000-\u001f\u007f]/.test(dn)) return dn;
  const digest = createHash('sha256').update(dn).digest('hex').slice(0, 16);
  // oxlint-disable-next-line no-control-regex -- they are what is replaced
  return `${dn.slice(0, nameLengthMax).replaceAll(/[\u0000-\u001f\u007f]/g, '?')}… ${digest}`;
}
