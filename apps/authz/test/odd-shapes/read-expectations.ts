import { readFile } from 'node:fs/promises';

/** What the comments above an entry of the odd directory say must come of it. */
export type Expectation = {
  readonly odd: string;
  readonly dn: string;
  readonly becomes:
    | { readonly kind: 'row'; readonly table: Table; readonly id: string; readonly fields: object }
    | { readonly kind: 'set aside'; readonly reason: string }
    | { readonly kind: 'nothing' };
};

export type Table = { readonly name: string; readonly key: string };

const tables: Readonly<Record<string, Table>> = {
  system: { name: 'accredited_system', key: 'asid' },
  handler: { name: 'message_handler', key: 'handler_id' },
  organisation: { name: 'organisation', key: 'ods' },
};

/** The directory of odd shapes, as LDIF. */
export const oddShapesFile = new URL('odd-shapes.ldif', import.meta.url).pathname;

/** Reads the comments of the odd directory as a table of expectations. */
export async function readExpectations(): Promise<readonly Expectation[]> {
  const ldif = await readFile(oddShapesFile, 'utf8');
  const found = ldif.matchAll(/^# odd: (.+)\n# becomes: (.+)\ndn: (.+)$/gm);
  return [...found].map(([, odd = '', becomes = '', dn = '']) => ({
    odd,
    dn,
    becomes: readBecomes(becomes),
  }));
}

function readBecomes(text: string): Expectation['becomes'] {
  if (text === 'nothing') return { kind: 'nothing' };
  const [, reason] = /^set aside: (.+)$/.exec(text) ?? [];
  if (reason !== undefined) return { kind: 'set aside', reason };
  const [, kind = '', id = '', fields = ''] = /^(\w+) (\S+) (\{.+\})$/.exec(text) ?? [];
  const table = tables[kind];
  if (table === undefined) throw new Error(`not an expectation: ${text}`);
  return { kind: 'row', table, id, fields: JSON.parse(fields) };
}
