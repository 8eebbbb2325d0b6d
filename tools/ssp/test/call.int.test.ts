import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempDisposable, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { type SeenRequest } from '@ssp/testing';
import { backingServices } from '@ssp/testing/vitest';
import { expect, test } from 'vitest';
import { runProgram } from '../src/run-program.ts';
import { call, elsewhere, startOperatorApi, startRecorder, startSilence } from './call-rig.ts';
import { capturedTerminal } from './captured-terminal.ts';

const program = new URL('../src/ssp.main.ts', import.meta.url).pathname;
const searchPatient = 'urn:nhs:names:services:gpconnect:fhir:rest:search:patient-1';
const endpoint = 'https://orange.testlab.nhs.uk/B82617/STU3/1/gpconnect/fhir';

const own = new Set(['host', 'connection', 'user-agent']);

/** What was asked for, without what every client adds in its own way. */
function essence({ method, target, rawHeaders, clientName }: SeenRequest) {
  const headers = rawHeaders.flatMap((name, at) =>
    at % 2 === 0 && !own.has(name.toLowerCase()) ? [`${name}: ${rawHeaders[at + 1]}`] : [],
  );
  return { method, target, headers: headers.toSorted(), clientName };
}

const uuid = '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}';

test('the body alone is printed; status, headers and trace id are said', async () => {
  await using resources = new AsyncDisposableStack();
  const recorder = await startRecorder(resources, (_req, res) => {
    res.writeHead(200, { 'X-Ssp-InternalID': 'the-exchange' }).end('{"resourceType":"Bundle"}');
  });
  const { status, printed, said } = await call(recorder, ['/Patient?identifier=a%7C1&b={c}']);
  expect({ status, printed }).toEqual({ status: 0, printed: '{"resourceType":"Bundle"}' });
  expect(said).toContain('HTTP/1.1 200 OK\nX-Ssp-InternalID: the-exchange\n');
  const [seen] = recorder.requests;
  const traceId = new RegExp(`trace id (${uuid}), exchange the-exchange`).exec(said)?.[1];
  expect(seen).toMatchObject({
    method: 'GET',
    target: `/${endpoint}/Patient?identifier=a%7C1&b={c}`,
    clientName: 'good.consumer.thirdparty.nhs.uk',
  });
  const headers = {
    Host: `localhost:${recorder.port}`,
    'Ssp-TraceID': traceId,
    'Ssp-From': '200000000359',
    'Ssp-To': '918999198738',
    'Ssp-InteractionID': searchPatient,
    Authorization: expect.stringMatching(/^Bearer [\w-]+\.[\w-]+\.$/),
    Accept: 'application/fhir+json',
    Connection: 'keep-alive',
  };
  expect(seen?.rawHeaders).toEqual(Object.entries(headers).flat());
});

test.for([
  { what: 'a search', args: ['/Patient?identifier=a%7C1'] },
  { what: 'an encoded one', args: ['/Patient?identifier=a%7C1', '--encoded'] },
  { what: 'a body with quotes', args: ['/x', '-X', 'POST', '--data', `{"it's": "$HOME"}`, '-H', 'Accept:'] },
])('$what: the line of --curl, run by sh, sends what the call sends', async ({ args }) => {
  await using resources = new AsyncDisposableStack();
  const recorder = await startRecorder(resources);
  const { printed } = await call(recorder, [...args, '--curl']);
  expect(recorder.requests).toEqual([]);
  const { stdout } = await promisify(execFile)('sh', ['-c', printed]);
  expect(stdout).toBe('{"resourceType":"Bundle"}');
  await call(recorder, args);
  const [byCurl, byCall] = recorder.requests;
  const differs = /^(Ssp-TraceID|Authorization): .*/;
  const plain = (seen: SeenRequest | undefined) => {
    const { headers, ...rest } = seen === undefined ? { headers: [] } : essence(seen);
    return { ...rest, headers: headers.map((header) => header.replace(differs, '$1')) };
  };
  expect(plain(byCurl)).toEqual(plain(byCall));
  expect(await byCurl?.body).toEqual(await byCall?.body);
});

test('a body is streamed: a file with its length, standard input in chunks', async () => {
  await using resources = new AsyncDisposableStack();
  const dir = resources.use(await mkdtempDisposable(join(tmpdir(), 'call-')));
  const file = join(dir.path, 'body.json');
  await writeFile(file, '{"from":"a file"}');
  const recorder = await startRecorder(resources);
  await call(recorder, ['/x', '-X', 'POST', '--data', `@${file}`]);
  await call(recorder, ['/x', '-X', 'DELETE', '--data', '@-'], '{"from":"standard input"}');
  await call(recorder, ['/x', '-X', 'POST']);
  const [ofFile, ofInput, ofNothing] = recorder.requests;
  expect(ofFile?.rawHeaders.join(' ')).toContain('Content-Length 17');
  expect((await ofFile?.body)?.toString()).toBe('{"from":"a file"}');
  expect(ofInput?.rawHeaders.join(' ')).toContain('Transfer-Encoding chunked');
  expect((await ofInput?.body)?.toString()).toBe('{"from":"standard input"}');
  expect(ofNothing?.rawHeaders.join(' ')).toContain('Content-Length 0');
});

test('a large body reaches its file whole', async () => {
  await using resources = new AsyncDisposableStack();
  const dir = resources.use(await mkdtempDisposable(join(tmpdir(), 'call-')));
  const part = randomBytes(1_024 * 1_024);
  const recorder = await startRecorder(resources, async (_req, res) => {
    for (let sent = 0; sent < 48; sent += 1) if (!res.write(part)) await once(res, 'drain');
    res.end();
  });
  const file = join(dir.path, 'record');
  const { status, printed, said } = await call(recorder, ['/x', '--output', file]);
  expect({ status, printed }).toEqual({ status: 0, printed: '' });
  expect(said).toContain(`${48 * part.length} bytes in ${file}`);
  expect((await stat(file)).size).toBe(48 * part.length);
});

test('an answer that breaks off is never passed off as the whole', async () => {
  await using resources = new AsyncDisposableStack();
  const recorder = await startRecorder(resources, (req, res) => {
    res.writeHead(200, { 'Content-Length': '100' }).write('{"half', () => req.socket.destroy());
  });
  for (const args of [['/x'], ['/x', '--json']]) {
    const { status, said } = await call(recorder, args);
    expect(status).toBe(1);
    expect(said).toContain('the answer broke off after 6 bytes');
  }
});

test('--json holds request and answer, the token among them, and no key', async () => {
  await using resources = new AsyncDisposableStack();
  const recorder = await startRecorder(resources);
  const { printed, said } = await call(recorder, ['/x', '--json']);
  expect(JSON.parse(printed)).toMatchObject({
    traceId: expect.stringMatching(uuid),
    request: { method: 'GET', target: `/${endpoint}/x` },
    answer: { status: 200, bytes: 25, body: { resourceType: 'Bundle' } },
  });
  expect(printed).toContain('Bearer ');
  expect(said).not.toContain('Bearer ');
  const key = await readFile(backingServices().pki.consumers.good.key, 'utf8');
  expect(printed + said).not.toContain(key.split('\n')[1]);
});

test('bytes that are no text are shown in base64', async () => {
  await using resources = new AsyncDisposableStack();
  const recorder = await startRecorder(resources, (_req, res) => void res.end(Buffer.from([0xff, 0x00])));
  const { printed } = await call(recorder, ['/x', '--json']);
  expect(JSON.parse(printed)).toMatchObject({ answer: { body: { base64: '/wA=' } } });
});

test.for([
  {
    what: 'an outcome of the provider',
    id: 'mine',
    said: 'the provider answered 404: not here',
  },
  { what: 'an outcome of the proxy', id: 'the-exchange', said: 'the proxy refused it: 404 not here' },
])('$what is printed, told apart, and ends with status 1', async ({ id, said }) => {
  await using resources = new AsyncDisposableStack();
  const outcome = JSON.stringify({
    resourceType: 'OperationOutcome',
    id,
    issue: [{ diagnostics: 'not here' }],
  });
  const recorder = await startRecorder(resources, (_req, res) => {
    res.writeHead(404, { 'X-Ssp-InternalID': 'the-exchange' }).end(outcome);
  });
  const answer = await call(recorder, ['/x']);
  expect(answer).toMatchObject({ status: 1, printed: outcome });
  expect(answer.said.trim().split('\n').at(-1)).toBe(`ssp: ${said}`);
});

test('--explain asks why by the trace id that was sent, and tells it before the last line', async () => {
  await using resources = new AsyncDisposableStack();
  const recorder = await startRecorder(resources, (_req, res) => void res.writeHead(403).end('no'));
  const nothingKnown = { exchange: null, edge: null, facts: null, decision: null, now: null, checks: [] };
  const explanations = [{ ...nothingKnown, notes: ['There was a reason.'] }];
  const api = await startOperatorApi(200, { explanations }, resources);
  const { status, said } = await call(recorder, ['/x', ...api.args]);
  expect(status).toBe(1);
  const { rawHeaders = [] } = recorder.requests[0] ?? {};
  expect(api.asked).toEqual([
    {
      authorization: 'Bearer operators-token',
      body: { traceId: rawHeaders[rawHeaders.indexOf('Ssp-TraceID') + 1] },
    },
  ]);
  expect(said).toMatch(/Note: There was a reason\.\n[^]*ssp: the provider answered 403: [^\n]*\n$/);
  const { printed } = await call(recorder, ['/x', ...api.args, '--json']);
  expect(JSON.parse(printed)).toMatchObject({ answer: { status: 403 }, explanations });
});

test('a call that nobody can explain keeps its answer, and ends with status 1', async () => {
  await using resources = new AsyncDisposableStack();
  const recorder = await startRecorder(resources);
  const api = await startOperatorApi(503, { detail: 'No audit.' }, resources);
  const { status, printed, said } = await call(recorder, ['/x', ...api.args]);
  expect({ status, printed }).toEqual({ status: 1, printed: '{"resourceType":"Bundle"}' });
  expect(said).toContain('ssp: it was not explained: the operator API answers 503: No audit.');
});

test('an edge that is silent is given up', async () => {
  await using resources = new AsyncDisposableStack();
  const recorder = await startRecorder(resources, () => undefined);
  const { status, said } = await call(recorder, ['/x', '--timeout', '2']);
  expect(status).toBe(1);
  expect(said).toContain('did not answer (silent for 2 s)');
});

test('an edge of another authority is not trusted', async () => {
  await using resources = new AsyncDisposableStack();
  const recorder = await startRecorder(resources);
  const { untrusted } = backingServices().pki.consumers;
  const terminal = capturedTerminal('/');
  const args = ['call', 'B82617', 'search:patient-1', '/x', ...elsewhere(recorder), '--ca', untrusted.cert];
  expect(await runProgram(args, terminal)).toBe(1);
  expect(terminal.said()).toContain('are --edge and --ca right?');
  expect(recorder.requests).toEqual([]);
});

test.for(['edge', 'directory'] as const)(
  'Ctrl-C ends a call that waits for the %s at once, with status 130',
  async (silent) => {
    await using resources = new AsyncDisposableStack();
    const asked = Promise.withResolvers<undefined>();
    const recorder = await startRecorder(resources, () => asked.resolve(undefined));
    const args = ['call', 'B82617', 'search:patient-1', '/x', ...elsewhere(recorder)];
    if (silent === 'directory')
      args.push('--ldap', await startSilence(() => asked.resolve(undefined), resources));
    const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    const said = text(child.stderr);
    const ended = once(child, 'exit');
    await Promise.race([asked.promise, ended]);
    child.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
    expect(await said).not.toContain('fault');
  },
);
