import { isIPv6 } from 'node:net';
import { z } from 'zod';
import { milliseconds } from '../fields.ts';
import { type TimeServer } from './ask-time-source.ts';

/** Where time servers listen. */
const ntpPort = 123;
/** Nobody's time servers are to be asked more often. */
const leastSeconds = 60;

const hostAndPort = /^(?:\[(?<six>[\da-f:.]+)\]|(?<host>[\w.-]+))(?::(?<port>\d{1,5}))?$/i;

function readServer(text: string): TimeServer | null {
  if (isIPv6(text)) return { name: text, host: text, port: ntpPort };
  const { six, host = six, port = String(ntpPort) } = hostAndPort.exec(text)?.groups ?? {};
  if (host === undefined || (six !== undefined && !isIPv6(six))) return null;
  return Number(port) >= 1 && Number(port) <= 65_535 ? { name: text, host, port: Number(port) } : null;
}

function readServers(list: string, context: z.RefinementCtx): readonly TimeServer[] {
  const names = list === '' ? [] : list.split(',').map((name) => name.trim());
  const servers: TimeServer[] = [];
  for (const name of names) {
    const server = readServer(name);
    const again = servers.some((one) => one.host === server?.host && one.port === server.port);
    if (server === null) context.addIssue(`"${name}" is no host or host:port`);
    // Named twice it would have two voices.
    else if (again) context.addIssue(`${name} is named twice`);
    else servers.push(server);
  }
  return servers;
}

/** The environment of every service's clock. */
export const clockEnvironment = {
  NTP_SERVERS: z
    .string()
    .default('')
    .transform(readServers)
    .describe(
      'Time servers against which the clock is measured, host or host:port, separated by commas; three or more show one that lies. Without any it is not measured',
    ),
  CLOCK_OFFSET_MAX_MS: milliseconds
    .default(250)
    .describe('By how much the clock may be off; beyond it the service is not ready'),
  CLOCK_EVERY_SECONDS: z.coerce
    .number()
    .int()
    .min(leastSeconds)
    .max(3_600)
    .default(leastSeconds)
    .describe('How often each time server is asked; at most once a minute'),
};

const ClockEnvironment = z.object(clockEnvironment);

export function toClockConfig(env: z.output<typeof ClockEnvironment>) {
  return {
    servers: env.NTP_SERVERS,
    offsetMaxMs: env.CLOCK_OFFSET_MAX_MS,
    everyMs: env.CLOCK_EVERY_SECONDS * 1_000,
    timeoutMs: 2_000,
  };
}
export type ClockConfig = ReturnType<typeof toClockConfig>;
