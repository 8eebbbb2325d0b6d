// Sends a body of so many bytes either way through an edge of its own, and prints by how many bytes that edge's memory grew.
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDevelopmentPki } from '@ssp/testing';
import { startBigBodies } from './big-bodies.ts';

const bodyBytes = Number(process.argv[2]);
if (!Number.isInteger(bodyBytes)) throw new Error('the number of bytes is missing');

await using resources = new AsyncDisposableStack();
const directory = resources.use(await mkdtempDisposable(join(tmpdir(), 'big-bodies-')));
const pki = await createDevelopmentPki(join(directory.path, 'pki'), { now: new Date() });
const bodies = await startBigBodies(pki, resources);
const downloadGrowthBytes = await bodies.download(bodyBytes);
const uploadGrowthBytes = await bodies.upload(bodyBytes);
process.stdout.write(`${JSON.stringify({ downloadGrowthBytes, uploadGrowthBytes })}\n`);
