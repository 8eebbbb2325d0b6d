import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterAll, expect, test } from 'vitest';
import { admit, allow, edgeRig, ownHeaders, targetPath } from './rig.ts';

const resources = new AsyncDisposableStack();
const rig = await edgeRig(resources);
afterAll(() => resources.disposeAsync());

const idOf = (answer: { readonly headers: Readonly<Record<string, unknown>> }) =>
  String(answer.headers['x-ssp-internalid']);

test('an allowed exchange reaches the provider as it was sent, and its answer comes back with the rate headers', async () => {
  rig.provider.answerWith((_req, res) => {
    res.writeHead(200, [
      'Content-Type',
      'application/fhir+json',
      'Set-Cookie',
      'a=1',
      'Set-Cookie',
      'b=2',
      'ETag',
      'W/"1"',
    ]);
    res.end('{"resourceType":"Bundle"}');
  });
  const own = ownHeaders();
  const headers = { ...own, 'X-Mixed-CASE': 'kept', Authorization: 'Bearer e30.eyJpc3MiOiJtZSJ9.' };
  const answer = await rig.good.send({
    path: `${targetPath}/Patient?identifier=a%7C9690937278&_x=%3a&_x=2`,
    headers,
  });

  expect(answer.status).toBe(200);
  expect(answer.body.toString()).toBe('{"resourceType":"Bundle"}');
  expect(answer.headers['set-cookie']).toEqual(['a=1', 'b=2']);
  expect(answer.headers).toMatchObject({
    'x-rate-limit-limit': '100',
    'x-rate-limit-remaining': '41',
    'x-rate-limit-reset': '3',
    'strict-transport-security': expect.stringContaining('max-age='),
  });
  const seen = rig.provider.requests.at(-1);
  expect(seen?.target).toBe('/B82617/STU3/1/gpconnect/fhir/Patient?identifier=a%7C9690937278&_x=%3a&_x=2');
  expect(seen?.rawHeaders).toEqual(
    expect.arrayContaining(['X-Mixed-CASE', 'kept', 'Ssp-From', own['Ssp-From']]),
  );
  expect(seen?.rawHeaders.join('\n')).toMatch(/^Host\norange\.testlab\.nhs\.uk$/m);
  expect(seen?.rawHeaders.join('\n')).toContain('for=127.0.0.1;by=_spine-secure-proxy');
});

test('both events of an exchange tell who, what, how long and how much, with the NHS number masked', async () => {
  rig.provider.answerWith((_req, res) => void res.end('12345'));
  const own = ownHeaders();
  const headers = { ...own, Authorization: 'Bearer eyJhbGciOiJub25lIn0.eyJpc3MiOiJtZSJ9.' };
  const answer = await rig.good.send({
    path: `${targetPath}/Patient/9690937278`,
    headers,
    method: 'POST',
    body: 'abc',
  });
  const completed = await rig.events.completedOf(idOf(answer));
  expect(completed).toMatchObject({
    outcome: 'forwarded',
    status: 200,
    providerStatus: 200,
    providerAddress: rig.provider.address,
    refusal: null,
    refusalDetail: null,
    from: own['Ssp-From'],
    redactedUrl: `${targetPath}/Patient/**********`,
    requestBytes: 3,
    responseBytes: 5,
    agreementId: 'agreement-1',
    network: 'private',
    parties: { supplier: 'YGP01' },
    bearer: { state: 'read', alg: 'none', claims: { iss: 'me' } },
    connection: {
      tlsProtocol: 'TLSv1.2',
      certificateDn: expect.stringContaining('CN=good.consumer.thirdparty.nhs.uk'),
      certificateNames: ['good.consumer.thirdparty.nhs.uk'],
    },
  });
  expect(completed.timings.providerMs).toBeGreaterThan(0);
  const received = rig.events.received.get(idOf(answer));
  expect(received?.data.url).toBe(`${targetPath}/Patient/9690937278`);
});

test('what the proxy adds is measured without the time that the provider takes', async () => {
  const shown = async (metric: string) =>
    Number(new RegExp(`^${metric} (\\S+)$`, 'm').exec(await rig.service.metrics.metrics())?.[1]);
  const settled = () => expect.poll(() => shown('ssp_edge_exchanges_in_flight')).toBe(0);
  const sums = async () => ({
    exchanges: await shown('ssp_edge_added_seconds_count'),
    added: await shown('ssp_edge_added_seconds_sum'),
    whole: await shown('ssp_edge_exchange_seconds_sum'),
  });
  await settled();
  const before = await sums();
  rig.provider.answerWith((_req, res) => void setTimeout(() => res.end('late'), 300));
  await rig.good.send({ path: targetPath, headers: ownHeaders() });
  await settled();
  const after = await sums();
  expect(after.exchanges).toBe(before.exchanges + 1);
  expect(after.added).toBeGreaterThan(before.added);
  expect(after.whole - before.whole - (after.added - before.added)).toBeGreaterThan(0.29);

  rig.throttle.answer = () => ({ admission: 'unavailable', rule: 'night-time', version: '3' });
  expect((await rig.good.send({ path: targetPath, headers: ownHeaders() })).status).toBe(503);
  rig.throttle.answer = admit;
  await settled();
  expect((await sums()).exchanges).toBe(after.exchanges);
});

test('a percent-encoded target reaches the provider decoded once', async () => {
  rig.provider.answerWith((_req, res) => void res.end());
  const target = 'https://orange.testlab.nhs.uk/B82617/STU3/1/gpconnect/fhir/Patient/$x?a=%7C';
  const answer = await rig.good.send({ path: `/${encodeURIComponent(target)}`, headers: ownHeaders() });
  expect(answer.status).toBe(200);
  expect(rig.provider.requests.at(-1)?.target).toBe('/B82617/STU3/1/gpconnect/fhir/Patient/$x?a=%7C');
});

test.for([
  { form: 'with a length', headers: { 'Content-Length': String(20_000_000) } },
  { form: 'in chunks', headers: { 'Transfer-Encoding': 'chunked' } },
])('twenty megabytes go up $form and come back unaltered', async ({ headers }) => {
  rig.provider.answerWith((req, res) => void req.pipe(res));
  const body = randomBytes(20_000_000);
  const answer = await rig.good.send({
    path: `${targetPath}/Binary`,
    method: 'POST',
    headers: { ...ownHeaders(), ...headers },
    body,
  });
  expect(answer.status).toBe(200);
  expect(createHash('sha256').update(answer.body).digest('hex')).toBe(
    createHash('sha256').update(body).digest('hex'),
  );
});

test('an upload that waits for 100 Continue is told to go on once it is authorised, and the provider sees no Expect', async () => {
  rig.provider.answerWith((req, res) => void req.pipe(res));
  const outgoing = rig.good.open({
    path: `${targetPath}/Patient`,
    method: 'POST',
    headers: { ...ownHeaders(), Expect: '100-continue', 'Content-Length': '3' },
  });
  outgoing.flushHeaders();
  await once(outgoing, 'continue');
  outgoing.end('abc');
  const [response] = await once(outgoing, 'response');
  expect(await text(response)).toBe('abc');
  expect(rig.provider.requests.at(-1)?.rawHeaders.join().toLowerCase()).not.toContain('expect');
});

test('exchanges share warm connections to the provider', async () => {
  const ports = new Set<number | undefined>();
  rig.provider.answerWith((req, res) => {
    ports.add(req.socket.remotePort);
    res.end('x');
  });
  for (let count = 0; count < 5; count++) {
    await rig.good.send({ path: `${targetPath}/metadata`, headers: ownHeaders() });
  }
  expect(ports.size).toBe(1);
});

test('asks that are ready together travel together', async () => {
  rig.provider.answerWith((_req, res) => void res.end('x'));
  const sendMany = () =>
    Promise.all(
      Array.from({ length: 64 }, () =>
        rig.good.send({ path: `${targetPath}/metadata`, headers: ownHeaders() }),
      ),
    );
  // Over connections that stand: handshakes come one after another.
  await sendMany();
  rig.authz.batches.length = 0;
  const underWay = async () =>
    (await rig.service.metrics.getSingleMetric('ssp_edge_exchanges_in_flight')?.get())?.values[0]?.value;
  const answerNow = Promise.withResolvers<void>();
  rig.authz.answer = () => answerNow.promise.then(allow);
  const answered = sendMany();
  // What is asked while two calls are out waits for the next.
  await expect.poll(underWay).toBe(64);
  answerNow.resolve();
  await answered;
  rig.authz.answer = allow;
  expect(rig.authz.batches.reduce((sum, size) => sum + size, 0)).toBe(64);
  expect(rig.authz.batches.length).toBeLessThan(8);
});

test('plain HTTP is sent on to the TLS listener', async () => {
  const response = await fetch(`http://127.0.0.1:${rig.http.port}/https://a.nhs.uk/x`, {
    redirect: 'manual',
  });
  expect(response.status).toBe(308);
  expect(response.headers.get('location')).toBe(`https://127.0.0.1:${rig.edge.port}/https://a.nhs.uk/x`);
  expect(response.headers.get('strict-transport-security')).toContain('max-age=');
});
