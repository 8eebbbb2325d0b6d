import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

export type AuditMetrics = ReturnType<typeof auditMetrics>;

/** Everything the audit writer counts beside what its Kafka consumer does. */
export function auditMetrics(registry: Registry) {
  const registers = [registry];
  return {
    written: new Counter({
      name: 'ssp_audit_events_written_total',
      help: 'Events written, each once',
      labelNames: ['kind'],
      registers,
    }),
    quarantined: new Counter({
      name: 'ssp_audit_records_quarantined_total',
      help: 'Records that are no event or that the tables refused',
      labelNames: ['topic'],
      registers,
    }),
    batchEvents: new Histogram({
      name: 'ssp_audit_batch_events',
      help: 'Events written in one transaction',
      buckets: [1, 4, 16, 64, 128, 256, 512, 1_024, 2_048],
      registers,
    }),
    writeSeconds: new Histogram({
      name: 'ssp_audit_write_seconds',
      help: 'Time of a transaction that writes a batch',
      buckets: [0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1, 2, 5],
      registers,
    }),
    delaySeconds: new Histogram({
      name: 'ssp_audit_delay_seconds',
      help: "From a batch's newest event to its being in Postgres",
      buckets: [0.1, 0.25, 0.5, 1, 1.5, 2, 3, 5, 10, 30, 60, 300],
      registers,
    }),
    newest: new Gauge({
      name: 'ssp_audit_newest_event_timestamp_seconds',
      help: 'When the newest event written occurred; its age is time() minus this',
      registers,
    }),
    reads: new Counter({
      name: 'ssp_audit_reads_total',
      help: 'Exports and reads of full URLs, each of which is audited itself',
      labelNames: ['kind'],
      registers,
    }),
    exported: new Counter({
      name: 'ssp_audit_exported_exchanges_total',
      help: 'Exchanges that exports have given out',
      registers,
    }),
    lastCheckpoint: new Gauge({
      name: 'ssp_audit_last_checkpoint_timestamp_seconds',
      help: 'When this writer last found every chain signed, or signed it; its age is time() minus this',
      registers,
    }),
    searches: new Counter({
      name: 'ssp_audit_searches_total',
      help: 'Searches answered, by status',
      labelNames: ['status'],
      registers,
    }),
  };
}
