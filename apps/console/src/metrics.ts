import { Histogram, type Registry } from 'prom-client';

/** Everything the console counts. */
export type ConsoleMetrics = ReturnType<typeof consoleMetrics>;

export function consoleMetrics(registry: Registry) {
  return {
    answerSeconds: new Histogram({
      name: 'ssp_console_answer_seconds',
      help: 'Time to answer a page, by path and status',
      labelNames: ['path', 'status'] as const,
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers: [registry],
    }),
  };
}
