import { expect, test } from 'vitest';
import { askWithin } from './ask-within.ts';
import { type ComposeProject } from './containers.ts';

const overlay = 'tools/platform/test/compose/time-servers.yml';
const servers = ['time-1', 'time-2', 'time-3'];
const patience = { timeout: 90_000, interval: 1_000 };
/** Where the machine is busy the first samples of chronyd are unsure, by a minute even, and a service asks again a minute later. */
const untilSure = { ...patience, timeout: 400_000 };

/** Registers the tests of how time servers that lie or are silent are noticed; `timed` is the platform with SSP_NTP_SERVERS set to these three. */
export function clockTests(timed: ComposeProject): void {
  const compose = (...args: readonly string[]) =>
    timed.compose('--file', 'docker-compose.yml', '--file', overlay, ...args);
  const start = (...names: readonly string[]) =>
    compose('up', '--detach', '--wait', '--no-build', '--no-deps', ...names);
  const exec = (service: string, ...command: readonly string[]) =>
    compose('exec', '--no-TTY', service, ...command);
  const ask = (path: string) =>
    askWithin((...command) => exec('sync-sds', ...command), `https://sync-sds:9100/${path}`);
  const lie = (server: string, ms: number) => exec(server, 'sh', '-c', `echo ${ms} > /tmp/lie-ms`);
  const logs = (service: string) => compose('logs', '--no-log-prefix', '--no-color', service);
  const clockHealth = async () =>
    (await timed.containers()).find(({ service }) => service === 'clock')?.State.Health?.Status;
  /** Both measure as they start; between two measurements they would take a minute. */
  const measureAnew = async (health: string) => {
    await compose('restart', '--no-deps', '--timeout', '5', 'clock');
    await expect.poll(clockHealth, patience).toBe(health);
    await compose('restart', '--no-deps', '--timeout', '5', 'sync-sds');
  };
  const readiness = () => ask('readyz').catch(() => 'it does not answer yet');

  const long = { timeout: 600_000 };

  test(
    'one of three time servers that lies is named, and the clock measured by the others',
    long,
    async () => {
      await start(...servers);
      await lie('time-3', 5_000);
      await start('clock');
      await start('sync-sds');
      await expect.poll(readiness, untilSure).toContain('"clock":"ok"');
      const metrics = await ask('metrics');
      expect(metrics).toMatch(/^ssp_clock_sources_agreeing(?:\{\})? 1$/m);
      expect(Math.abs(offsetSeconds(metrics))).toBeLessThan(0.25);
      await expect.poll(() => logs('clock'), patience).toContain('time server time-3 lies');
    },
  );

  test('where two of three are silent there is no time, and it is said', long, async () => {
    await compose('kill', '--signal', 'SIGSTOP', 'time-1', 'time-2');
    await measureAnew('unhealthy');
    await expect
      .poll(readiness, patience)
      .toContain('no majority of the time servers agrees; clock:1123 is unsynchronised');
    expect(await ask('metrics')).toMatch(/^ssp_clock_sources_agreeing(?:\{\})? 0$/m);
    expect(await logs('sync-sds')).toContain('the offset of the clock is not known');
    await expect.poll(() => logs('clock'), patience).toContain('time server time-1 is silent');
  });

  test('a second off by the majority makes a service unready, and it is said', long, async () => {
    await compose('kill', '--signal', 'SIGCONT', 'time-1', 'time-2');
    for (const server of servers) await lie(server, 1_000);
    await measureAnew('healthy');
    await expect.poll(readiness, untilSure).toMatch(/the clock is \d+ ms behind where 250 ms are allowed/);
    expect(offsetSeconds(await ask('metrics'))).toBeCloseTo(1, 0);
    await expect.poll(() => logs('sync-sds'), patience).toContain('not ready: the clock is');
    await compose('rm', '--force', '--stop', ...servers);
  });
}

function offsetSeconds(metrics: string): number {
  return Number(/^ssp_clock_offset_seconds(?:\{\})? (\S+)$/m.exec(metrics)?.[1]);
}
