import { Gauge } from 'prom-client';
import { type ReadCertificate } from './read-certificates.ts';

const labelNames = ['certificate', 'subject'] as const;
const [certificate, subject] = labelNames;

const about = {
  name: 'ssp_certificate_not_after_timestamp_seconds',
  help: 'When a certificate that the process shows or trusts ends, by the setting that names its file',
};

/** Of a process that is asked: `look` is called for each answer. */
export function certificateGauge(look: () => Promise<readonly OwnCertificate[]>): Gauge {
  return new Gauge({
    ...about,
    labelNames,
    registers: [],
    async collect() {
      const certificates = await look();
      // Whoever is no longer in a file is no longer spoken of.
      this.reset();
      for (const each of soonestOfEach(certificates))
        this.set({ certificate: each.setting, subject: each.subject }, each.notAfterMs / 1_000);
    },
  });
}

/** Of a job, which tells of them once it has ended. */
export function jobCertificateGauge(program: string, certificates: readonly OwnCertificate[]): Gauge {
  const gauge = new Gauge({ ...about, labelNames: ['program', certificate, subject], registers: [] });
  for (const each of soonestOfEach(certificates))
    gauge.set({ program, certificate: each.setting, subject: each.subject }, each.notAfterMs / 1_000);
  return gauge;
}

/** A certificate, and the setting that names its file. */
export type OwnCertificate = ReadCertificate & { readonly setting: string };

/** Of two that a file has of one subject, as while a CA is renewed, the one that ends first. */
function soonestOfEach(certificates: readonly OwnCertificate[]): Iterable<OwnCertificate> {
  const soonest = new Map<string, OwnCertificate>();
  for (const each of certificates) {
    const key = JSON.stringify([each.setting, each.subject]);
    const former = soonest.get(key);
    if (former === undefined || each.notAfterMs < former.notAfterMs) soonest.set(key, each);
  }
  return soonest.values();
}
