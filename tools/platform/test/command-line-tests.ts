import { expect, test, vi } from 'vitest';
import { type ExampleRun, runExample } from './examples.ts';
import { type PlatformRecords } from './platform-records.ts';

const search = ['search:patient-1', '/Patient?identifier=https://fhir.nhs.uk/Id/nhs-number%7C9690937278'];

type Platform = Pick<PlatformRecords, 'auditOf'> & {
  readonly ssp: (...args: readonly string[]) => Promise<ExampleRun>;
};

/** Registers the tests of `ssp` as a person uses it beside a running platform. */
export function commandLineTests({ ssp, auditOf }: Platform): void {
  test('ssp call gets a bundle, its curl line gets it too, and a refusal is printed, explained, and ends with status 1', async () => {
    const [found, curl, refused] = await Promise.all([
      ssp('call', 'B82617', ...search),
      ssp('call', 'b82617', ...search, '--encoded', '--curl'),
      ssp('call', 'Y90001', ...search, '--explain'),
    ]);
    expect(JSON.parse(found.out)).toMatchObject({ resourceType: 'Bundle' });
    expect(found.err).toContain('HTTP/1.1 200 OK');
    expect(found.status).toBe(0);
    const traceId = /trace id (\S+),/.exec(found.err)?.[1] ?? '';
    await vi.waitFor(
      async () =>
        expect(await auditOf([traceId])).toMatchObject([
          { kind: 'received' },
          { kind: 'completed', status: 200 },
        ]),
      { timeout: 60_000, interval: 100 },
    );

    const byCurl = await runExample(
      ['sh', '-c', curl.out.replace('curl ', "curl -s -w '\\n%{http_code}' ")],
      {},
    );
    expect(byCurl.out).toMatch(/^\{"resourceType":"Bundle".*\n200$/s);

    const outcome: { issue: { diagnostics: string }[] } = JSON.parse(refused.out);
    expect(outcome.issue[0]?.diagnostics).toMatch(/^FOT_CHECK_FAILED_/);
    expect(refused.err).toContain(`the proxy refused it: 403 ${outcome.issue[0]?.diagnostics}`);
    expect(refused.err).toMatch(/^F +failed /m);
    expect(refused.err).toMatch(/^To pass F: /m);
    expect(refused.status).toBe(1);
  });

  test('ssp load is answered, ssp verify proves what is stored, and ssp status sees every service ready', async () => {
    const loaded = await ssp('load', 'B82617', ...search, '--rate', '5', '--for', '1', '--json');
    const load: { begun: number; answers: object[] } = JSON.parse(loaded.out);
    expect(load).toMatchObject({ begun: 5, answers: [{ answer: '200', requests: 5 }] });
    const verified = await ssp('verify', '--json');
    expect(JSON.parse(verified.out)).toMatchObject([
      { name: 'audit', isWhole: true },
      { name: 'numbers', isWhole: true },
      { name: 'statements', isWhole: true },
    ]);
    const seen = await ssp('status', '--json');
    const told: { services: { name: string; state: string }[] } = JSON.parse(seen.out);
    const notReady = told.services.filter(({ state }) => state !== 'Ready');
    expect(notReady).toEqual([]);
    expect(told.services.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['edge', 'authz', 'throttle']),
    );
  });
}
