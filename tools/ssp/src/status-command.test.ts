import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { listenOnLoopback } from '@ssp/testing';
import { expect, test } from 'vitest';
import { capturedTerminal } from '../test/captured-terminal.ts';
import { runProgram } from './run-program.ts';

type Told = {
  readonly ready: boolean;
  readonly state: string;
  readonly checks: Readonly<Record<string, string>>;
};

const well: Told = { ready: true, state: 'started', checks: { kafka: 'ok' } };

/** An admin listener that tells this of its service. */
async function adminListener(told: Told, metrics: string, resources: AsyncDisposableStack): Promise<string> {
  const server = createServer(({ url }, response) => {
    if (url === '/readyz') response.writeHead(told.ready ? 200 : 503).end(JSON.stringify(told));
    else response.writeHead(url === '/metrics' ? 200 : 404).end(metrics);
  });
  const port = await listenOnLoopback(server);
  resources.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${port}`;
}

test('services that are well are shown so, and the status is 0', async () => {
  await using resources = new AsyncDisposableStack();
  const url = await adminListener(well, 'ssp_audit_missing_events{topic="a"} 0\n', resources);
  const terminal = capturedTerminal('.');
  expect(await runProgram(['status', '--service', `audit-writer=${url}`], terminal)).toBe(0);
  expect(terminal.printed()).toContain('All 1 services are ready, and nothing is late.');
  expect(terminal.printed()).toMatch(/^ok +audit-writer +Ready$/m);
  expect(terminal.printed()).toMatch(/^ok +audit-writer +Events that are missing in the audit +none$/m);
});

test('what needs somebody comes first, and the status is 1', async () => {
  await using resources = new AsyncDisposableStack();
  const good = await adminListener(well, '', resources);
  const bad = await adminListener(
    { ready: false, state: 'started', checks: { redis: 'no answer for 3 s' } },
    'ssp_spool_events 7\nssp_spool_oldest_seconds 300\n',
    resources,
  );
  const gone = 'http://127.0.0.1:9';
  const terminal = capturedTerminal('.');
  const services = [`authz=${good}`, `throttle=${bad}`, `edge-2=${gone}`];
  const args = ['status', ...services.flatMap((service) => ['--service', service])];
  expect(await runProgram(args, terminal)).toBe(1);
  expect(terminal.said()).toBe('ssp: something needs somebody now\n');
  const marks = Array.from(terminal.printed().matchAll(/^(ACT|watch|ok) +(\S+)/gm), ([, mark, of]) => [
    mark,
    of,
  ]);
  expect(marks).toEqual([
    ['ACT', 'throttle'],
    ['ACT', 'edge-2'],
    ['ok', 'authz'],
    ['watch', 'throttle'],
  ]);
  expect(terminal.printed()).toContain('redis: no answer for 3 s');
  expect(terminal.printed()).toContain('7 events, the oldest for 5 minutes');
});

const ends = (days: number) => Math.round(Date.now() / 1_000) + days * 86_400 + 3_600;

test('certificates of all services stand in one table, the soonest to end first', async () => {
  await using resources = new AsyncDisposableStack();
  const name = 'ssp_certificate_not_after_timestamp_seconds';
  const [soon, late] = await Promise.all(
    [
      `${name}{certificate="KAFKA_TLS_CERT_FILE",subject="authz.internal"} ${ends(5)}\n`,
      `ssp_edge_crl_state{issuer="The CA",state="fresh"} 1\nssp_edge_crl_seconds_to_next_update{issuer="The CA"} 800000\n` +
        `${name}{certificate="EDGE_CLIENT_CA_FILE",subject="The CA"} ${ends(300)}\n`,
    ].map((metrics) => adminListener(well, metrics, resources)),
  );
  const terminal = capturedTerminal('.');
  const services = [`--service=edge-1=${late}`, `--service=authz=${soon}`];
  expect(await runProgram(['status', ...services], terminal)).toBe(1);
  const rows = terminal.printed().split('LAST DAY')[1]?.split('\n').slice(1, -1);
  expect(rows).toEqual([
    expect.stringMatching(
      /^ACT +authz\.internal +expires in 5 days +\d{4}-\d\d-\d\d +authz: KAFKA_TLS_CERT_FILE$/,
    ),
    expect.stringMatching(/^ok +Revocation list of The CA +fresh, ends in 9 days +\S+ +edge-1$/),
    expect.stringMatching(/^ok +The CA +expires in 300 days +\S+ +edge-1: EDGE_CLIENT_CA_FILE$/),
  ]);
});

test('--json prints all that was seen', async () => {
  await using resources = new AsyncDisposableStack();
  const url = await adminListener(well, '', resources);
  const terminal = capturedTerminal('.');
  expect(await runProgram(['status', '--json', '--service', `authz=${url}`], terminal)).toBe(0);
  expect(JSON.parse(terminal.printed())).toMatchObject({ verdict: 'good', services: [{ name: 'authz' }] });
});

test('--watch looks again until it is interrupted', async () => {
  await using resources = new AsyncDisposableStack();
  const url = await adminListener(well, '', resources);
  const stop = new AbortController();
  const terminal = { ...capturedTerminal('.'), interrupted: stop.signal };
  const running = runProgram(['status', '--watch', '0.1', '--json', '--service', `authz=${url}`], terminal);
  while (terminal.printed().split('\n').length < 3) await delay(10);
  stop.abort();
  expect(await running).toBe(130);
});

test.for([
  [['--service', 'authz'], 'give a name and an address'],
  [['--watch', '0'], 'give seconds'],
  [['--service', 'a=http://127.0.0.1:9', '--cert', 'x.pem'], 'belong together'],
] as const)('%j is asked for wrongly', async ([args, reason]) => {
  const terminal = capturedTerminal('.');
  expect(await runProgram(['status', ...args], terminal)).toBe(2);
  expect(terminal.said()).toContain(reason);
});
