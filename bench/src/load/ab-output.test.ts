import { expect, test } from 'vitest';
import { parseAbOutput } from './ab-output.ts';

const report = (extra = '') => `This is ApacheBench, Version 2.3 <$Revision$>

Benchmarking 127.0.0.1 (be patient).....done


Server Software:        nginx
Server Hostname:        127.0.0.1
Server Port:            8443
SSL/TLS Protocol:       TLSv1.2,ECDHE-RSA-AES256-GCM-SHA384,2048,256
Server Temp Key:        X25519 253 bits

Document Path:          /https://provider.example/fhir/Slot
Document Length:        2214 bytes

Concurrency Level:      8
Time taken for tests:   0.412 seconds
Complete requests:      1000
Failed requests:        0
${extra}Keep-Alive requests:    1000
Total transferred:      2500000 bytes
Requests per second:    2427.18 [#/sec] (mean)
Time per request:       3.296 [ms] (mean)

Percentage of the requests served within a certain time (ms)
  50%      3
  99%      9
 100%     14 (longest request)
`;

test('a clean run is read whole', () => {
  expect(parseAbOutput(report())).toEqual({
    completed: 1_000,
    failed: 0,
    non2xx: 0,
    keptAlive: 1_000,
    bodyBytes: 2_214,
    perSecond: 2_427.18,
    medianMs: 3,
    p99Ms: 9,
    tls: 'TLSv1.2,ECDHE-RSA-AES256-GCM-SHA384',
  });
});

test.for([
  { extra: 'Non-2xx responses:      17\n', expected: { non2xx: 17 } },
  { extra: 'Write errors:           3\n', expected: { failed: 3 } },
])('$expected is seen', ({ extra, expected }) => {
  expect(parseAbOutput(report(extra))).toMatchObject(expected);
});

test('a run that ab gave up has no result', () => {
  expect(() => parseAbOutput('apr_pollset_poll: The timeout specified has expired (70007)\n')).toThrow(
    'ab did not report',
  );
});
