/** The nation as GP Connect's volumetric model of 2016 foresees it, all practices and the whole population. */
export const nation = {
  practices: 8_000,
  peakPerSecond: 137.9,
  meanPerSecond: 54.2,
  exchangesPerMonth: 140.4e6,
  /** Through the proxy at the peak, of bodies alone. */
  peakMbitPerSecond: 118,
} as const;

/** What the arithmetic takes for granted; each may be set on the command line. */
export type Assumptions = {
  /** Share of its cores that a process may use at the peak. */
  readonly busyMost: number;
  /** For how many months the audit stays in Postgres before it is archived and retired. */
  readonly auditMonths: number;
  /** What one Postgres may hold: at 500 MB/s a backup of 16 TB is back in nine hours. */
  readonly postgresTb: number;
  readonly postgresCores: number;
  /** Disk of a Kafka broker. */
  readonly brokerTb: number;
  /** What a broker may take in and hand to its replicas. */
  readonly brokerMbPerSecond: number;
  readonly kafkaReplicas: number;
};

export const usualAssumptions: Assumptions = {
  busyMost: 0.5,
  auditMonths: 12,
  postgresTb: 16,
  postgresCores: 32,
  brokerTb: 8,
  brokerMbPerSecond: 75,
  kafkaReplicas: 3,
};

/** Postgres's own limit of one table, which a month's partition of the audit is, with pages of 8 kB. */
export const postgresTableTb = 32 * 1.024 ** 4;
