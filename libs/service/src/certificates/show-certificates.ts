import { type Logger } from 'pino';
import { type Service } from '../service.ts';
import { type CertificateFile } from './certificate-files.ts';
import { certificateGauge, type OwnCertificate } from './certificate-gauge.ts';
import { keepCertificates } from './keep-certificates.ts';

/** Shows in the metrics when each certificate of these files ends, as they are at the moment of the question. */
export function showCertificates(
  files: readonly CertificateFile[],
  { log, metrics }: Pick<Service, 'log' | 'metrics'>,
): void {
  metrics.registerMetric(certificateGauge(lookAtCertificates(files, log)));
}

/** Tells of all certificates of these files. */
export function lookAtCertificates(
  files: readonly CertificateFile[],
  log: Logger,
): () => Promise<readonly OwnCertificate[]> {
  const kept = files.map((file) => ({ setting: file.setting, look: keepCertificates(file, log) }));
  return async () => {
    const looks = kept.map(async ({ setting, look }) =>
      (await look()).map((certificate) => ({ ...certificate, setting })),
    );
    return (await Promise.all(looks)).flat();
  };
}
