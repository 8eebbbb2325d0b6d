import { readFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { parseArgs } from 'node:util';
import { createDevelopmentPki, readWire, sendOverWire, startWireProvider } from '@ssp/testing';
import * as fc from 'fast-check';
import { createReport } from '../progress.ts';
import { fuzzPayload } from './fuzz-payload.ts';
import { judge } from './judge.ts';
import { startEdge } from './start-edge.ts';

const usage = `Usage: npm run fuzz [-- OPTIONS]

Sends mutated requests to an edge of its own and looks at both ends: what the consumer gets, and the raw bytes at the
provider. Ends with status 1 at the first payload that either end must not see, shrunk, with the seed that finds it again.

  --seconds N  how long (default 60)
  --seed N     where to begin (default: the clock)
  --help       show this text
`;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) process.stdout.write(usage);
else await fuzz(Number(values.seconds), Number(values.seed));

async function fuzz(seconds: number, seed: number): Promise<void> {
  const report = createReport((text) => process.stdout.write(text), Date.now);
  await using resources = new AsyncDisposableStack();
  const directory = resources.use(await mkdtempDisposable(join(tmpdir(), 'fuzz-edge-')));
  const pki = await createDevelopmentPki(join(directory.path, 'pki'), { now: new Date() });
  const provider = await startWireProvider(pki, resources);
  const edge = await startEdge(pki, provider.address, resources);
  const { cert, key } = pki.consumers.good;
  const context = createSecureContext({
    cert: readFileSync(cert),
    key: readFileSync(key),
    ca: readFileSync(pki.ca),
  });
  let payloads = 0;
  let answers = 0;
  report(`the edge is up; seed ${seed}, ${seconds} s`);
  const progress = setInterval(
    () => report(`${payloads} payloads, ${answers} forwarded and answered`),
    5_000,
  );
  resources.defer(() => clearInterval(progress));

  const property = fc.asyncProperty(fuzzPayload, async (pieces) => {
    payloads += 1;
    provider.forget();
    const asked = readWire(Buffer.from(pieces.join(''), 'latin1'), 'request');
    const answer = await sendOverWire({
      port: edge.port,
      context,
      pieces,
      quietMs: 4_000,
      // A sound sequence that leaves the connection open: nothing more will come.
      isEnough: ({ messages }) => asked.rest.length === 0 && messages.length >= asked.messages.length,
    });
    const isWhole = asked.rest.length === 0 && answer.messages.length >= asked.messages.length;
    const seen = provider.readings();
    answers += seen.reduce((sum, { messages }) => sum + messages.length, 0);
    const faults = judge(
      isWhole && answer.ending === 'open' ? { ...answer, ending: 'closed' } : answer,
      seen,
    );
    if (edge.hasEnded()) faults.push('the edge has died');
    if (faults.length > 0) throw new Error(faults.join('; '));
  });
  const result = await fc.check(property, {
    seed,
    numRuns: Number.MAX_SAFE_INTEGER,
    interruptAfterTimeLimit: seconds * 1_000,
    markInterruptAsFailure: false,
  });
  report(`${payloads} payloads, ${answers} forwarded and answered`);
  if (!result.failed) return report('nothing found');
  const error =
    result.errorInstance instanceof Error ? result.errorInstance.message : String(result.errorInstance);
  report(`found: ${error}`);
  report(`by: npm run fuzz -- --seed ${result.seed}`);
  report(`payload, in pieces: ${JSON.stringify(result.counterexample?.[0])}`);
  process.exitCode = 1;
}
