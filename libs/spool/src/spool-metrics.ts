import { statfs } from 'node:fs/promises';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** What the gauges look at when they are scraped. */
export type SpoolState = {
  readonly size: number;
  readonly bytes: number;
  readonly oldestAtMs: number | null;
};

/** Where the spool is, and how large it may become. */
export type SpoolRoom = { readonly folder: string; readonly maxBytes: number };

export type SpoolMetrics = ReturnType<typeof spoolMetrics>;

/** Everything the spool counts. */
export function spoolMetrics(registry: Registry, room: SpoolRoom, state: () => SpoolState) {
  const registers = [registry];
  const gauge = (name: string, help: string, value: () => number | Promise<number>) =>
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        this.set(await value());
      },
    });
  gauge('ssp_spool_events', 'Events in the spool that wait to be delivered', () => state().size);
  gauge('ssp_spool_bytes', 'Bytes of the spool on the disk', () => state().bytes);
  gauge(
    'ssp_spool_max_bytes',
    'Bytes of the spool beyond which it takes no more events',
    () => room.maxBytes,
  );
  gauge(
    'ssp_spool_disk_free_bytes',
    'Bytes free on the disk of the spool; not a number where it cannot tell',
    () =>
      // A disk that is gone must not take the other figures along.
      statfs(room.folder).then(
        ({ bavail, bsize }) => bavail * bsize,
        () => Number.NaN,
      ),
  );
  gauge('ssp_spool_oldest_seconds', 'Age of the oldest event in the spool, or a little more', () => {
    const { oldestAtMs } = state();
    return oldestAtMs === null ? 0 : Math.max(0, (Date.now() - oldestAtMs) / 1_000);
  });
  return {
    appended: new Counter({
      name: 'ssp_spool_appended_events_total',
      help: 'Events that the disk has confirmed',
      registers,
    }),
    delivered: new Counter({
      name: 'ssp_spool_delivered_events_total',
      help: 'Events that were in the spool and have been delivered',
      registers,
    }),
    refused: new Counter({
      name: 'ssp_spool_refused_events_total',
      help: 'Events that the spool did not take: it was full, or the disk failed',
      labelNames: ['reason'] as const,
      registers,
    }),
    damaged: new Counter({
      name: 'ssp_spool_damaged_events_total',
      help: 'Records that the disk gave back altered; anything above zero needs a person',
      registers,
    }),
    commitSeconds: new Histogram({
      name: 'ssp_spool_commit_seconds',
      help: 'Time of a write and its flush, which all events that waited share',
      buckets: [0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1, 2],
      registers,
    }),
  };
}
