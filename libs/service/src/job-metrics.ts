import { renameSync, writeFileSync } from 'node:fs';
import { Gauge, Pushgateway, Registry } from 'prom-client';
import { jobCertificateGauge, type OwnCertificate } from './certificates/certificate-gauge.ts';

/** How a job ended. */
export type JobEnd = {
  readonly program: string;
  readonly status: number;
  readonly seconds: number;
  readonly endedAt: Date;
  /** Those that it was given. */
  readonly certificates: readonly OwnCertificate[];
};

/** Longer than a gateway takes that works; a job has nothing else to do by then. */
const pushTimeoutMs = 10_000;

/**
 * Writes how a job ended to a file in Prometheus text, for the textfile collector of a node exporter: a job is over before
 * anybody could ask it. The file is replaced whole.
 */
export async function writeJobMetrics(file: string, end: JobEnd): Promise<void> {
  const fresh = `${file}.new`;
  writeFileSync(fresh, await registryOf(end).metrics());
  renameSync(fresh, file);
}

/** Tells a Pushgateway the same, where a job has no disk that outlives it; what it told of the program before is replaced. */
export async function pushJobMetrics(url: string, end: JobEnd): Promise<void> {
  const gateway = new Pushgateway(url, { timeout: pushTimeoutMs }, registryOf(end));
  await gateway.push({ jobName: 'jobs', groupings: { program: end.program } });
}

function registryOf(end: JobEnd): Registry {
  const registry = new Registry();
  const show = (name: string, help: string, value: number) => {
    const gauge = new Gauge({ name, help, labelNames: ['program'] as const, registers: [] });
    gauge.set({ program: end.program }, value);
    registry.registerMetric(gauge);
  };
  show('ssp_job_exit_status', 'Exit status of the last run of a job; 0 is well', end.status);
  show('ssp_job_ended_timestamp_seconds', 'When that run ended', end.endedAt.getTime() / 1_000);
  show('ssp_job_seconds', 'How long that run took', end.seconds);
  registry.registerMetric(jobCertificateGauge(end.program, end.certificates));
  return registry;
}
