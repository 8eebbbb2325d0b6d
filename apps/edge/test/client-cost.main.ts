// Asks one provider through the edge's own HTTP client and through undici's pool, taking turns within this process, and
// prints the CPU time of this process for each request of each turn, in microseconds.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createDevelopmentPki, type DevelopmentPki } from '@ssp/testing';
import { z } from 'zod';
import { type Asker, ownAsker, undiciAsker } from './asker.ts';

const host = 'orange.testlab.nhs.uk';
const inFlight = 8;
const answerBytes = 2_300;
const tokenBytes = 1_200;

const [requests, turns] = process.argv.slice(2).map(Number);
if (requests === undefined || turns === undefined)
  throw new Error('the numbers of requests and turns are missing');

await using resources = new AsyncDisposableStack();
const directory = resources.use(await mkdtempDisposable(join(tmpdir(), 'client-cost-')));
const pki = await createDevelopmentPki(join(directory.path, 'pki'), { now: new Date() });
const { cert, key } = pki.edgeClient;
const asked = {
  host,
  port: await startProvider(pki),
  tls: { ca: readFileSync(pki.ca), cert: readFileSync(cert), key: readFileSync(key) },
  connections: inFlight,
  path: '/B82617/STU3/1/gpconnect/fhir/Slot?start=ge2026-01-01&status=free',
  fields: [
    'Host',
    host,
    'Accept',
    'application/fhir+json',
    'Authorization',
    `Bearer ${'a'.repeat(tokenBytes)}`,
  ],
};
const own = ownAsker(asked, resources);
const undici = undiciAsker(asked, resources);

// Warm code first, of which nothing is kept.
await costUs(own, requests);
await costUs(undici, requests);
const measured: { readonly ownUs: number; readonly undiciUs: number }[] = [];
for (let turn = 0; turn < turns; turn += 1) {
  // Who goes first changes, so that neither always pays for the other's garbage.
  const undiciFirstUs = turn % 2 === 1 ? await costUs(undici, requests) : null;
  const ownUs = await costUs(own, requests);
  measured.push({ ownUs, undiciUs: undiciFirstUs ?? (await costUs(undici, requests)) });
}
process.stdout.write(`${JSON.stringify({ inFlight, answerBytes, tokenBytes, turns: measured })}\n`);

async function costUs(ask: Asker, count: number): Promise<number> {
  let left = count;
  const one = async () => {
    while (left > 0) {
      left -= 1;
      const bytes = await ask();
      if (bytes !== answerBytes) throw new Error(`an answer of ${bytes} bytes`);
    }
  };
  const before = process.cpuUsage();
  await Promise.all(Array.from({ length: inFlight }, one));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}

async function startProvider({ ca, provider }: DevelopmentPki): Promise<number> {
  const program = fileURLToPath(new URL('plain-provider.main.ts', import.meta.url));
  const child = spawn(process.execPath, [program, ca, provider.cert, provider.key, String(answerBytes)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  resources.defer(async () => {
    child.kill('SIGTERM');
    await exited;
  });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return z.object({ port: z.int() }).parse(JSON.parse(String(line))).port;
}
