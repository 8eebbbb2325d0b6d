import { type Logger, pino } from 'pino';
import { z } from 'zod';
import { adminEnvironment, toAdminListener } from './admin-environment.ts';
import { startAdminListener } from './admin-listener.ts';
import { type CertificateFile, certificateFiles } from './certificates/certificate-files.ts';
import { lookAtCertificates, showCertificates } from './certificates/show-certificates.ts';
import { clockEnvironment, toClockConfig } from './clock/clock-environment.ts';
import { watchClock } from './clock/watch-clock.ts';
import { configHelp, describeConfig } from './describe-config.ts';
import { count, filePath } from './fields.ts';
import { pushJobMetrics, writeJobMetrics } from './job-metrics.ts';
import { ConfigError, loadConfigs, loadTexts } from './load-config.ts';
import { openLog } from './open-log.ts';
import { addProcessMetrics } from './process-metrics.ts';
import { createService, type Service } from './service.ts';

export type ServiceDefinition<Schema extends z.ZodType> = {
  readonly name: string;
  readonly config: Schema;
  /** Default port of the admin listener. */
  readonly adminPort: number;
  /** How long it serves on once it is told to stop; not given by one that nobody calls. */
  readonly drainGraceMs?: (config: z.output<Schema>) => number;
  readonly start: (config: z.output<Schema>, service: Service) => Promise<unknown>;
};

const LogEnvironment = z.object({
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('Least severe log line that is written'),
});

const JobEnvironment = LogEnvironment.extend({
  JOB_METRICS_FILE: filePath
    .optional()
    .describe(
      'Takes how the run ended, in Prometheus text; in the folder of a node exporter’s textfile collector it is watched',
    ),
  JOB_METRICS_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Pushgateway of Prometheus that is told the same, for jobs without a disk that outlives them'),
});

/** The environment that every service reads beside its own. */
export function serviceEnvironment(adminPort: number) {
  return LogEnvironment.extend({
    ...adminEnvironment(adminPort),
    STOP_GRACE_SECONDS: count
      .default(30)
      .describe('After SIGTERM, seconds for work in flight before the process ends regardless'),
    ...clockEnvironment,
  }).transform((env, ctx) => ({ ...env, admin: toAdminListener(env, ctx) }));
}

/**
 * Runs a service until SIGINT or SIGTERM, then releases what it acquired, last first.
 * Ends with status 2 on a faulty environment, 1 on any other failure; `--help` prints the environment it reads.
 */
export async function runService<Schema extends z.ZodType>(
  definition: ServiceDefinition<Schema>,
): Promise<void> {
  const common = serviceEnvironment(definition.adminPort);
  if (help(definition.name, definition.config, common)) return;
  const stop = stopSignal();
  await guarded(definition.name, async () => {
    const [own, config] = loadConfigs(common, definition.config);
    const { LOG_LEVEL, STOP_GRACE_SECONDS, admin } = own;
    requireTimeToDrain(definition.drainGraceMs?.(config) ?? 0, STOP_GRACE_SECONDS);
    const log = openLog(definition.name, LOG_LEVEL);
    const failed = Promise.withResolvers<never>();
    await using resources = new AsyncDisposableStack();
    const unmeasured = createService(definition.name, resources, { log, fail: failed.reject });
    const service = { ...unmeasured, clock: watchClock(toClockConfig(own), unmeasured) };
    addProcessMetrics(service);
    showCertificates(ownCertificateFiles(definition.config, common), service);
    await startAdminListener(admin, service);
    const live = async () => {
      await definition.start(config, service);
      service.health.started();
      log.info('started');
      await stop;
    };
    try {
      // A start that waits for something must not hold up a stop.
      await Promise.race([live(), stop, failed.promise]);
    } finally {
      service.health.drain();
      log.info('stopping');
      // Released in time this timer holds nothing up.
      setTimeout(() => endRegardless(log), STOP_GRACE_SECONDS * 1_000).unref();
    }
  });
}

/** Else each stop would break off what it still serves. */
function requireTimeToDrain(drainGraceMs: number, stopGraceSeconds: number): void {
  if (drainGraceMs < stopGraceSeconds * 1_000) return;
  throw new ConfigError(
    `STOP_GRACE_SECONDS is wrong: with ${stopGraceSeconds} s it would end by force while it still serves for the ${drainGraceMs} ms that its DRAIN_GRACE_MS says; let one be longer, or the other shorter`,
  );
}

/** Those that the variables of these schemas name. */
function ownCertificateFiles(...schemas: readonly z.ZodType[]): readonly CertificateFile[] {
  const names = schemas.flatMap((schema) => describeConfig(schema).map(({ name }) => name));
  return certificateFiles(loadTexts(names));
}

/** Resolves at the first request to stop; a repeat, as a terminal and npm together send it, does not cut the stop short. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => resolve());
  });
}

export type JobDefinition<Schema extends z.ZodType> = {
  readonly name: string;
  readonly config: Schema;
  /** What it does and how it ends, shown by `--help`. */
  readonly about?: string;
  /** A number that it resolves to is the exit status. */
  readonly run: (config: z.output<Schema>, service: Service) => Promise<unknown>;
};

/** Runs a job to its end in one scope; the same statuses and `--help` as a service, beside those of its own. */
export async function runJob<Schema extends z.ZodType>(definition: JobDefinition<Schema>): Promise<void> {
  const { name } = definition;
  if (help(name, definition.config, JobEnvironment, definition.about)) return;
  await guarded(name, async () => {
    const [own, config] = loadConfigs(JobEnvironment, definition.config);
    const { LOG_LEVEL, JOB_METRICS_FILE: file, JOB_METRICS_URL: gateway } = own;
    const log = openLog(name, LOG_LEVEL);
    const startedMs = performance.now();
    const run = async () => {
      await using resources = new AsyncDisposableStack();
      return await definition.run(config, createService(name, resources, { log }));
    };
    let status = 1;
    try {
      const result = await run();
      // What it held is released by now: that too may fail.
      status = typeof result === 'number' ? result : 0;
      if (typeof result === 'number') process.exitCode = result;
    } finally {
      const seconds = (performance.now() - startedMs) / 1_000;
      const certificates =
        file === undefined && gateway === undefined
          ? []
          : await lookAtCertificates(ownCertificateFiles(definition.config), log)();
      const end = { program: name, status, seconds, endedAt: new Date(), certificates };
      if (file !== undefined) await writeJobMetrics(file, end);
      // What was done stays done; that nobody was told of it shows in time, by an alert.
      if (gateway !== undefined)
        await pushJobMetrics(gateway, end).catch((error: unknown) =>
          log.warn({ err: error }, 'the gateway of metrics was not told how the job ended'),
        );
    }
  });
}

function help(name: string, own: z.ZodType, common: z.ZodType, about = ''): boolean {
  if (process.argv.includes('--help-json')) {
    process.stdout.write(
      `${JSON.stringify({ name, variables: [...describeConfig(own), ...describeConfig(common)] })}\n`,
    );
    return true;
  }
  if (!process.argv.includes('--help')) return false;
  process.stdout.write(configHelp(name, [...describeConfig(own), ...describeConfig(common)], about));
  return true;
}

async function guarded(name: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof ConfigError) {
      process.stderr.write(
        `${name}: ${error.message.replaceAll('\n', `\n${name}: `)}\n${name}: run with --help for the variables it reads\n`,
      );
      process.exitCode = 2;
      return;
    }
    pino({ name }).fatal({ err: error }, 'stopped by a failure');
    process.exitCode = 1;
  }
}

function endRegardless(log: Logger): void {
  log.error('work in flight did not end in time');
  process.exit(1);
}
