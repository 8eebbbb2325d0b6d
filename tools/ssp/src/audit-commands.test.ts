import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { urlSealer } from '@ssp/contracts';
import { expect, test } from 'vitest';
import { capturedTerminal } from '../test/captured-terminal.ts';
import { sampleExchange } from '../test/sample-exchange.ts';
import { runProgram } from './run-program.ts';

/** Runs a command against an audit that gives these answers, one after another. */
async function answered(args: readonly string[], answers: readonly unknown[]) {
  await using resources = new AsyncDisposableStack();
  const asked: string[] = [];
  const users: unknown[] = [];
  const bodies: unknown[] = [];
  const left = [...answers];
  const server = createServer((req, res) => {
    asked.push(req.url ?? '');
    users.push(req.headers['x-ssp-user']);
    req.on('data', (chunk: Buffer) => bodies.push(JSON.parse(chunk.toString())));
    const answer = left.shift();
    if (answer instanceof Error) {
      res.write('{"internalId":');
      // Cut off once it is on its way.
      setImmediate(() => res.destroy());
    } else res.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  resources.defer(() => void server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const terminal = capturedTerminal('/');
  const url = `http://127.0.0.1:${port}`;
  const own = args.map((arg) => (arg === 'here' ? url : arg));
  const status = await runProgram(['audit', ...own, '--url', url], terminal);
  return { asked, users, bodies, status, printed: terminal.printed(), said: terminal.said() };
}

const { traceId } = sampleExchange;
const exchange = { ...sampleExchange, status: 403, outcome: 'refused', refusal: 'no-agreement' };

const page = (count: number, next: string | null) => ({
  exchanges: Array.from({ length: count }, () => exchange),
  next,
});

test('a search asks for all that is given, page after page until it has enough', async () => {
  const { asked, status, printed, said } = await answered(
    'search --from 200000000359 --organisation R1A14 --refusal no-agreement --since 2026-03-01T00:00:00Z --limit 700'.split(
      ' ',
    ),
    [page(500, 'abc'), page(200, 'def')],
  );
  const filters =
    'fromAsid=200000000359&organisation=R1A14&refusal=no-agreement&from=2026-03-01T00%3A00%3A00.000Z';
  expect({ asked, status, said }).toEqual({
    asked: [`/v1/exchanges?${filters}&limit=500`, `/v1/exchanges?${filters}&limit=200&cursor=abc`],
    status: 0,
    said: 'ssp: these are the newest 700; there are more, see --limit\n',
  });
  expect(printed.split('\n')).toHaveLength(702);
  expect(printed).toContain(
    '2026-03-01T12:00:00.000Z  200000000359  918999198738  gpconnect:fhir:rest:read:patient-1',
  );
});

test('a search that finds nothing says so, and with --json prints an empty list', async () => {
  const nothing = { exchanges: [], next: null };
  expect((await answered(['search'], [nothing])).printed).toBe('Nothing was found.\n');
  expect(JSON.parse((await answered(['search', '--json'], [nothing])).printed)).toEqual([]);
});

test('a story is asked for by trace id, or by the exchange’s own', async () => {
  const none = { stories: [], more: false };
  const byTrace = await answered(['story', traceId], [none, none]);
  expect(byTrace).toMatchObject({
    asked: [`/v1/stories?traceId=${traceId}`, `/v1/stories?internalId=${traceId}`],
    status: 1,
  });
  expect(byTrace.said).toContain('the audit holds no such exchange');
  const byId = await answered(['story', traceId, '--by-id'], [none]);
  expect(byId.asked).toEqual([`/v1/stories?internalId=${traceId}`]);
  const w3cTraceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  for (const id of [w3cTraceId, `00-${w3cTraceId}-00f067aa0ba902b7-01`]) {
    expect((await answered(['story', id], [none])).asked).toEqual([`/v1/stories?w3cTraceId=${w3cTraceId}`]);
  }
  expect(await answered(['story', 'x'], [])).toMatchObject({ asked: [], status: 2 });
});

test('a story tells where its exchange was counted, and stands also where billing does not', async () => {
  const connection = {
    remoteAddress: '192.0.2.1',
    tlsProtocol: null,
    tlsCipher: null,
    certificateSerial: null,
    certificateDn: null,
  };
  const bare = { edge: '/ssp/edge/a', connection, contentType: null, bearer: null, end: null, closed: null };
  const told = { stories: [{ ...bare, exchange: sampleExchange }], more: false };
  const place = { exchange: null, month: '2026-03', isClosed: false, isLate: false, line: null };
  const args = ['story', traceId, '--billing-url', 'here'];
  const { asked, status, printed } = await answered(args, [told, place]);
  const hour = `${sampleExchange.completedAt.slice(0, 13)}:00:00Z`;
  expect({ asked, status }).toEqual({
    asked: [
      `/v1/stories?traceId=${traceId}`,
      `/v1/exchanges/${sampleExchange.internalId}?${new URLSearchParams({ hour }).toString()}`,
    ],
    status: 0,
  });
  expect(printed).toContain('billing  not counted, or not yet');
  const json: unknown = JSON.parse((await answered([...args, '--json'], [told, place])).printed);
  expect(json).toMatchObject([{ exchange: { traceId }, billing: place }]);

  const alone = await answered(args, [told, 'no JSON']);
  expect(alone.status).toBe(0);
  expect(alone.said).toContain('billing cannot be asked');
  expect(alone.printed).toContain(`lines of edge, authz and throttle with traceId ${traceId}`);
});

const why = ['--why', 'extract 12', '--user', 'ada'];

test('an export is asked for with its ground and its person, and printed as it comes', async () => {
  const args = ['export', '--format', 'csv', '--to', '918999198738', ...why];
  const { asked, users, bodies, status, printed } = await answered(args, ['internalId\r\n']);
  expect({ asked, users, bodies, status, printed }).toEqual({
    asked: ['/v1/exports'],
    users: ['ada'],
    bodies: [{ toAsid: '918999198738', format: 'csv', why: 'extract 12' }],
    status: 0,
    printed: 'internalId\r\n',
  });
});

test('an export that is cut off ends with status 1 and says so', async () => {
  const { status, said } = await answered(['export', ...why], [new Error('cut off')]);
  expect(status).toBe(1);
  expect(said).toContain('is not the whole');
});

test('full URLs are asked for with a ground and a person', async () => {
  const urls = [
    {
      internalId: exchange.internalId,
      receivedAt: exchange.receivedAt,
      url: '/https://provider.example/fhir/Patient?identifier=9476719931',
    },
  ];
  const told = await answered(['urls', traceId, ...why], [{ readId: 'audit.read.1', urls }]);
  expect(told).toMatchObject({
    asked: ['/v1/full-urls'],
    users: ['ada'],
    bodies: [{ traceId, why: 'extract 12' }],
    status: 0,
  });
  expect(told.printed).toContain('identifier=9476719931');
});

test('sealed URLs are opened here by the private key, and without it the command fails', async () => {
  await using directory = await mkdtempDisposable(join(tmpdir(), 'ssp-audit-'));
  const { publicKey, privateKey } = generateKeyPairSync('x25519');
  const keyFile = join(directory.path, 'key.pem');
  await writeFile(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const target = '/https://provider.example/fhir/Patient?identifier=9476719931';
  const { internalId, receivedAt } = exchange;
  const url = urlSealer(publicKey)(target, internalId, Date.now());
  const answer = { readId: 'audit.read.1', urls: [{ internalId, receivedAt, url }] };
  const opened = await answered(['urls', traceId, ...why, '--private-key', keyFile], [answer]);
  expect(opened.printed).toContain(target);
  const closed = await answered(['urls', traceId, ...why], [answer]);
  expect(closed).toMatchObject({ status: 1, printed: '', said: expect.stringContaining('--private-key') });
  const unread = await answered(['urls', traceId, ...why, '--private-key', 'none.pem'], [answer]);
  expect(unread).toMatchObject({ status: 2, asked: [] });
});
