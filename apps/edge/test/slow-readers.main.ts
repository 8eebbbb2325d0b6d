// Lets so many readers ask an edge of its own for so many bytes each and read them slowly, and prints by how many bytes that
// edge's memory grew.
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDevelopmentPki } from '@ssp/testing';
import { readSlowly } from './slow-readers.ts';

const [readers, answerBytes] = process.argv.slice(2).map(Number);
if (readers === undefined || answerBytes === undefined)
  throw new Error('the numbers of readers and bytes are missing');

await using resources = new AsyncDisposableStack();
const directory = resources.use(await mkdtempDisposable(join(tmpdir(), 'slow-readers-')));
const pki = await createDevelopmentPki(join(directory.path, 'pki'), { now: new Date() });
process.stdout.write(`${JSON.stringify(await readSlowly(pki, { readers, answerBytes }, resources))}\n`);
