import { createReadStream, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { reasonOf, UsageFault } from './command-fault.ts';
import { type OutgoingBody } from './consumer/index.ts';
import { type Terminal } from './terminal.ts';

/** What `--data` names. */
export type CallBody =
  | { readonly from: 'file'; readonly file: string; readonly bytes: number | null }
  | { readonly from: 'input' }
  | { readonly from: 'text'; readonly text: string };

/** Reads `@FILE`, `@-` or a text. @throws UsageFault where the file cannot be read */
export function readCallBody(data: string | undefined, { cwd }: Terminal): CallBody | null {
  if (data === undefined) return null;
  if (data === '@-') return { from: 'input' };
  if (!data.startsWith('@')) return { from: 'text', text: data };
  const file = resolve(cwd, data.slice(1));
  try {
    const stat = statSync(file);
    if (stat.isDirectory()) throw new Error(`${file} is a directory`);
    // A pipe's or a device's length is not known.
    return { from: 'file', file, bytes: stat.isFile() ? stat.size : null };
  } catch (error) {
    throw new UsageFault(`the body cannot be read: ${reasonOf(error)}`);
  }
}

/** The body as it goes out, never held as a whole. */
export function openCallBody(body: CallBody | null, terminal: Terminal): OutgoingBody | null {
  if (body === null) return null;
  switch (body.from) {
    case 'file':
      return { stream: createReadStream(body.file), bytes: body.bytes };
    case 'input':
      return { stream: terminal.input, bytes: null };
    case 'text': {
      const bytes = Buffer.from(body.text);
      return { stream: Readable.from([bytes], { objectMode: false }), bytes: bytes.length };
    }
  }
}
