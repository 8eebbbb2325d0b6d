import { Backlog } from '@ssp/kafka';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

export type AuditMetrics = ReturnType<typeof auditMetrics>;

/** Everything the audit writer counts beside what its Kafka consumer does. */
export function auditMetrics(registry: Registry) {
  const registers = [registry];
  const backlog = new Backlog();
  return {
    /** What is in Kafka and not yet written, to be told of both; its gauges say the rest. */
    backlog,
    ...backlogGauges(backlog, registers),
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
    closed: new Counter({
      name: 'ssp_audit_exchanges_closed_total',
      help: 'Exchanges that this writer closed as abandoned, since nobody told their end',
      registers,
    }),
    overdue: new Gauge({
      name: 'ssp_audit_exchanges_overdue',
      help: 'Exchanges found without an end for too long, and not closed yet',
      registers,
    }),
    repeated: new Counter({
      name: 'ssp_audit_events_repeated_total',
      help: 'Events that came again and were kept once',
      labelNames: ['topic'],
      registers,
    }),
    missing: new Gauge({
      name: 'ssp_audit_missing_events',
      help: 'Events that are missing below the highest number of their producer, though all that Kafka had was written; as every writer sees it',
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
    /** `sinceMs` is asked at each look. */
    lastCheckpointAge: (sinceMs: () => number) =>
      new Gauge({
        name: 'ssp_audit_last_checkpoint_age_seconds',
        help: 'Since this writer last found every chain signed, or signed it; at first since its start. Absent without a signing key',
        registers,
        collect() {
          this.set((Date.now() - sinceMs()) / 1_000);
        },
      }),
    answerSeconds: new Histogram({
      name: 'ssp_audit_answer_seconds',
      help: 'Time to answer an auditor, an operator or a service, by path and status',
      labelNames: ['path', 'status'] as const,
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers,
    }),
  };
}

/** Computed when they are asked for, so that an age grows also while nothing else happens. */
function backlogGauges(backlog: Backlog, registers: Registry[]) {
  const labelNames = ['topic', 'partition'] as const;
  return {
    oldestUnwritten: new Gauge({
      name: 'ssp_audit_oldest_unwritten_seconds',
      help: 'How long the oldest event that is in Kafka and not in Postgres has been there; 0 where all is written',
      registers,
      collect() {
        this.set(backlog.oldestMs(Date.now()) / 1_000);
      },
    }),
    lag: new Gauge({
      name: 'ssp_audit_lag_events',
      help: 'Events of a partition that are in Kafka and not in Postgres, whichever writer it belongs to',
      labelNames,
      registers,
      collect() {
        for (const { topic, partition, events } of backlog.partitions())
          this.set({ topic, partition }, events);
      },
    }),
    chainHeight: new Gauge({
      name: 'ssp_audit_chain_height',
      help: 'Offset up to which the chains of a partition are written; it never falls',
      labelNames,
      registers,
      collect() {
        for (const { topic, partition, nextOffset } of backlog.partitions()) {
          if (nextOffset !== null) this.set({ topic, partition }, Number(nextOffset));
        }
      },
    }),
  };
}
