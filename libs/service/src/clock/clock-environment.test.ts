import { expect, test } from 'vitest';
import { z } from 'zod';
import { readConfig } from '../load-config.ts';
import { clockEnvironment, toClockConfig } from './clock-environment.ts';

const Sample = z.object(clockEnvironment).transform(toClockConfig);
const read = (environment: Record<string, string>) => readConfig(Sample, environment);

test('without anything no clock is measured, and the bounds are those of the regulations', () => {
  expect(read({})).toMatchObject({ servers: [], offsetMaxMs: 250, everyMs: 60_000 });
});

test('time servers are hosts, with a port or without', () => {
  const { servers } = read({ NTP_SERVERS: 'ntp1.example, 10.0.0.1:1123,[fd00::1]:124,fd00::2,[fd00::3]' });
  expect(servers.map(({ name, host, port }) => [name, host, port])).toEqual([
    ['ntp1.example', 'ntp1.example', 123],
    ['10.0.0.1:1123', '10.0.0.1', 1_123],
    ['[fd00::1]:124', 'fd00::1', 124],
    ['fd00::2', 'fd00::2', 123],
    ['[fd00::3]', 'fd00::3', 123],
  ]);
});

test.for([
  { NTP_SERVERS: 'a,,b', fault: '"" is no host' },
  { NTP_SERVERS: 'a b', fault: '"a b" is no host' },
  { NTP_SERVERS: 'a:0', fault: '"a:0" is no host' },
  { NTP_SERVERS: 'a:65536', fault: '"a:65536" is no host' },
  { NTP_SERVERS: '[a]:123', fault: '"[a]:123" is no host' },
  { NTP_SERVERS: 'https://a', fault: '"https://a" is no host' },
  { NTP_SERVERS: 'a, a:123', fault: 'a:123 is named twice' },
  { CLOCK_EVERY_SECONDS: '59', fault: 'CLOCK_EVERY_SECONDS is wrong' },
  { CLOCK_OFFSET_MAX_MS: '0', fault: 'CLOCK_OFFSET_MAX_MS is wrong' },
])('is refused: $fault', ({ fault, ...environment }) => {
  expect(() => read(environment)).toThrow(fault);
});
