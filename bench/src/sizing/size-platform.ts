import { topics } from '@ssp/contracts';
import { costAt, type Figures } from './figures.ts';
import { type Assumptions, nation } from './volumes.ts';

/** What one service needs at a peak. */
export type ServiceSize = {
  /** Microseconds of CPU for each request at this rate. */
  readonly us: number;
  readonly cores: number;
  /** Processes, spare ones included; what is not ours is given in cores alone. */
  readonly processes: number;
};

export type PlatformSize = {
  readonly peakPerSecond: number;
  readonly exchangesPerMonth: number;
  readonly services: Readonly<Record<Service, ServiceSize>>;
  readonly redisCores: number;
  readonly kafkaCores: number;
  readonly postgresCores: number;
  readonly mbitPerSecond: number;
  readonly kafkaMbPerSecond: number;
  readonly kafkaTb: number;
  readonly brokers: number;
  readonly partitions: number;
  readonly auditGbPerMonth: number;
  readonly usageGbPerMonth: number;
  /** Audit that is kept, in Postgres. */
  readonly postgresTb: number;
  /** Databases that the audit must be spread over, by what it holds. */
  readonly shards: number;
};

const services = ['edge', 'authz', 'throttle', 'audit-writer', 'billing-aggregator'] as const;
export type Service = (typeof services)[number];

/** Two at least, so that one may fail; and of those that a request waits for one more than the peak needs. */
const spares: Readonly<Record<Service, number>> = {
  edge: 1,
  authz: 1,
  throttle: 1,
  'audit-writer': 0,
  'billing-aggregator': 0,
};
const processesMin = 2;
const secondsOfAnHour = 3_600;
const partitionsMin = Math.max(...topics.map(({ partitions }) => partitions));
/** How long Kafka keeps what is in its topics. */
export const keptHours = Math.max(...topics.map(({ retentionHours }) => retentionHours));

/** What the platform needs at this peak. */
export function sizePlatform(figures: Figures, peakPerSecond: number, assumed: Assumptions): PlatformSize {
  const share = peakPerSecond / nation.peakPerSecond;
  const exchangesPerMonth = share * nation.exchangesPerMonth;
  const needed = edgesFor(figures, peakPerSecond, assumed.busyMost);
  const edges = Math.max(needed + spares.edge, processesMin);
  const size = (service: Service): ServiceSize => {
    // An edge asks in batches of its own, so that what others cost goes by the rate of one; what reads Kafka has the batches of all.
    const reads = service === 'audit-writer' || service === 'billing-aggregator';
    const us = costAt(figures, reads ? peakPerSecond : peakPerSecond / edges, service);
    const cores = (peakPerSecond * us) / 1e6;
    if (service === 'edge') return { us, cores, processes: edges };
    const processes = Math.ceil(cores / assumed.busyMost) + spares[service];
    return { us, cores, processes: Math.max(processes, processesMin) };
  };
  const sizes = {
    edge: size('edge'),
    authz: size('authz'),
    throttle: size('throttle'),
    'audit-writer': size('audit-writer'),
    'billing-aggregator': size('billing-aggregator'),
  };
  const coresOf = (name: string, rate: number) => (peakPerSecond * costAt(figures, rate, name)) / 1e6;
  const kafkaMbPerSecond = (peakPerSecond * figures.eventBytes) / 1e6;
  const kafkaTb =
    (share *
      nation.meanPerSecond *
      figures.eventBytes *
      keptHours *
      secondsOfAnHour *
      assumed.kafkaReplicas) /
    1e12;
  const auditGbPerMonth = (exchangesPerMonth * 2 * figures.auditRowBytes) / 1e9;
  const postgresTb = (auditGbPerMonth * assumed.auditMonths) / 1e3;
  const postgresCores = coresOf('postgres', peakPerSecond);
  return {
    peakPerSecond,
    exchangesPerMonth,
    services: sizes,
    redisCores: coresOf('redis', peakPerSecond / edges),
    kafkaCores: coresOf('kafka', peakPerSecond / edges),
    postgresCores,
    mbitPerSecond: share * nation.peakMbitPerSecond,
    kafkaMbPerSecond,
    kafkaTb,
    brokers: Math.max(
      assumed.kafkaReplicas,
      Math.ceil((kafkaMbPerSecond * assumed.kafkaReplicas) / assumed.brokerMbPerSecond),
      Math.ceil(kafkaTb / assumed.brokerTb),
    ),
    // Twice as many as read, so that they share evenly also when one of them fails.
    partitions: Math.max(partitionsMin, 2 * sizes['audit-writer'].processes),
    auditGbPerMonth,
    usageGbPerMonth: (exchangesPerMonth * (figures.ledgerBytes + figures.sumsBytes)) / 1e9,
    postgresTb,
    shards: Math.max(
      1,
      Math.ceil(postgresTb / assumed.postgresTb),
      Math.ceil(postgresCores / (assumed.postgresCores * assumed.busyMost)),
    ),
  };
}

/**
 * The fewest edges that are not busier than they may be. What counts is the cost with full batches: an edge with half as much to do
 * is hardly less busy, for each request then costs more, but it has room for all that the fuller batches save.
 */
function edgesFor(figures: Figures, peakPerSecond: number, busyMost: number): number {
  return Math.max(1, Math.ceil((peakPerSecond * costAt(figures, Infinity, 'edge')) / 1e6 / busyMost));
}
