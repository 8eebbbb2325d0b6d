import { table } from '../report/table.ts';
import { type Figures } from './figures.ts';
import { type Limit } from './find-limits.ts';
import { type Headroom, p99MsMost, requestsOfCollection } from './headroom.ts';
import { keptHours, type PlatformSize, type Service } from './size-platform.ts';
import { type Assumptions, nation } from './volumes.ts';

/** A peak with a name for people. */
export type Named = { readonly name: string; readonly size: PlatformSize };

/** Everything that follows from the figures, as a part of the page. */
export function renderSizes(
  named: readonly Named[],
  limits: readonly Limit[],
  headroom: readonly Headroom[],
  { figures, assumed, edges }: { figures: Figures; assumed: Assumptions; edges: number },
): string {
  const names = named.map(({ name }) => name);
  const row = (what: string, of: (size: PlatformSize) => string) => [
    what,
    ...named.map(({ size }) => of(size)),
  ];
  const service = (name: Service) =>
    row(name, ({ services }) => {
      const { processes, cores, us } = services[name];
      return `${processes} × ${amount(cores / processes)} (${Math.round(us)} µs)`;
    });
  return [
    '### Processes',
    table(
      ['at the peak', ...names],
      [
        row('requests/s', ({ peakPerSecond }) => amount(peakPerSecond)),
        service('edge'),
        service('authz'),
        service('throttle'),
        service('audit-writer'),
        service('billing-aggregator'),
        row('Redis, cores', ({ redisCores }) => amount(redisCores)),
        row('Kafka, cores', ({ kafkaCores }) => amount(kafkaCores)),
        row('Postgres, cores', ({ postgresCores }) => amount(postgresCores)),
      ],
    ),
    'Of ours: processes × the cores that each uses at the peak (CPU time for each request).',
    '### Data',
    table(
      ['', ...names],
      [
        row('exchanges a month, millions', ({ exchangesPerMonth }) => amount(exchangesPerMonth / 1e6)),
        row('bodies, Mbit/s at the peak', ({ mbitPerSecond }) => amount(mbitPerSecond)),
        row('into Kafka, MB/s at the peak', ({ kafkaMbPerSecond }) => amount(kafkaMbPerSecond)),
        row('in Kafka, TB with replicas', ({ kafkaTb }) => amount(kafkaTb)),
        row('brokers', ({ brokers }) => String(brokers)),
        row('partitions of a topic', ({ partitions }) => String(partitions)),
        row('audit, GB a month', ({ auditGbPerMonth }) => amount(auditGbPerMonth)),
        row('ledger and sums, GB a month', ({ usageGbPerMonth }) => amount(usageGbPerMonth)),
        row('audit kept in Postgres, TB', ({ postgresTb }) => amount(postgresTb)),
        row('databases for the audit', ({ shards }) => String(shards)),
      ],
    ),
    `${assumed.auditMonths} months of audit are kept in Postgres, ${assumed.postgresTb} TB and ${assumed.postgresCores} cores are the most of one
database, a broker has ${assumed.brokerTb} TB and takes ${assumed.brokerMbPerSecond} MB/s, topics have ${assumed.kafkaReplicas} replicas and keep ${keptHours / 24} days. Other figures:
\`npm run sizing -- --help\`.`,
    '### Where it stops',
    table(
      ['of which there is one', 'peak, requests/s', 'nations', 'then'],
      limits.map(({ what, perSecond, beyond }) => [
        what,
        amount(perSecond),
        amount(perSecond / nation.peakPerSecond),
        beyond,
      ]),
    ),
    '### Headroom',
    table(
      ['busy', 'p50 ms', 'p99 ms', 'max ms', 'busy, one less', 'p50 ms', 'p99 ms', 'max ms', 'holds'],
      headroom.map(({ busy, busyAfter, before, after, holds }) => [
        percent(busy),
        ...[before.p50, before.p99, before.max].map(amount),
        percent(busyAfter),
        ...[after.p50, after.p99, after.max].map(amount),
        holds ? 'yes' : 'no',
      ]),
    ),
    `${edges} edges, each a queue with one server; then one of them dies and the others have its share. Requests come independently of one another and
spread by chance, their CPU time is distributed exponentially about what was measured with batches full, and every ${requestsOfCollection} requests an edge stands still for
${figures.collectionMs} ms, the longest collection of young garbage that was measured. The time is what a request spends at the edge, without provider and
asks. It holds where 99 of 100 requests take at most ${p99MsMost} ms also after the death.`,
  ].join('\n\n');
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** Two digits that count, as more would promise what no sizing holds. */
function amount(figure: number): string {
  if (figure < 0.01) return '<0.01';
  return figure >= 100 ? String(Math.round(figure)) : String(Number(figure.toPrecision(2)));
}
