/** What the platform takes from the environment of the person who starts it. */
export type PersonEnvironment = {
  readonly inherited: Readonly<Record<string, string>>;
  readonly connectTo: string;
  readonly startedByNpm: boolean;
};

/** How long services wait for one another: a machine that has much else to do needs more. */
const waits = ['EDGE_AUTHZ_TIMEOUT_MS', 'EDGE_THROTTLE_TIMEOUT_MS', 'REDIS_TIMEOUT_MS'];
/** Against which time servers the services measure their clocks; without any they do not. */
const clocks = ['NTP_SERVERS', 'CLOCK_OFFSET_MAX_MS', 'CLOCK_EVERY_SECONDS'];
const node = ['NODE_EXTRA_CA_CERTS', 'NODE_COMPILE_CACHE'];
const passedOn = ['PATH', 'HOME', 'LANG', 'TZ', 'LOG_LEVEL', ...node, ...waits, ...clocks];

/** Reads it once; services inherit only what is named here, so that nothing of the terminal leaks into them. */
export function readEnvironment(): PersonEnvironment {
  // oxlint-disable-next-line node/no-process-env -- the one place of this tool that reads it
  const env = process.env;
  return {
    inherited: Object.fromEntries(
      passedOn.flatMap((name) => {
        const value = env[name];
        return value === undefined ? [] : [[name, value]];
      }),
    ),
    connectTo: env['EDGE_CONNECT_TO'] ?? '',
    startedByNpm: env['npm_lifecycle_event'] === 'start',
  };
}
