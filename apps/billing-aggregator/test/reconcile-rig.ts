import { randomUUID } from 'node:crypto';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  EdgeTally,
  ExchangeCompleted,
  ExchangeReceived,
  ReconcileLine,
  reconciliationsPath,
} from '@ssp/contracts';
import { boundsReader, connectKafka } from '@ssp/kafka';
import { runOurs, startAudit } from '@ssp/testing';
import { backingServices } from '@ssp/testing/vitest';
import { pino } from 'pino';
import { completedEvent } from './completed-event.ts';
import { billingRig, publisherRig, tokens } from './rig.ts';

/**
 * Billing and the audit, each as it runs in production, on one database; what others have published before is left out. What they publish
 * meanwhile comes too, unless the brokers are a test's own: then a month can be closed that nobody adds to.
 */
export async function reconcileRig(
  resources: AsyncDisposableStack,
  brokers = backingServices().kafka.brokers,
) {
  const rig = await billingRig(resources, brokers);
  const { publish } = await publisherRig(resources, brokers);
  const environment = {
    POSTGRES_URL: rig.postgres.url,
    POSTGRES_PASSWORD_FILE: rig.postgres.passwordFile,
    KAFKA_BROKERS: brokers.join(','),
  };
  const migrated = await runOurs('apps/audit-writer/src/migrate.main.ts', [], environment);
  if (migrated.status !== 0) throw new Error(migrated.err);
  const log = pino({ level: 'silent' });
  const boundsOf = boundsReader(
    connectKafka({ brokers, clientId: 'billing-test', tls: null }, log),
    new AbortController().signal,
    resources,
  );
  for (const topic of [ExchangeReceived.topic, ExchangeCompleted.topic])
    for (const { partition, end } of await boundsOf(topic))
      for (const schema of ['audit', 'billing'])
        await rig.pool.query(
          `insert into ${schema}.consumer_offset (topic, partition, next_offset) values ($1, $2, $3)`,
          [topic, partition, end],
        );
  const folder = resources.use(await mkdtempDisposable(join(tmpdir(), 'reconcile-')));
  const audit = await startAudit({ environment, role: 'reconcile', folder: folder.path }, resources);
  const auditApi = {
    url: audit.AUDIT_API_URL,
    tokenFile: audit.AUDIT_API_TOKEN_FILE,
    caFile: null,
    certFile: null,
    keyFile: null,
    timeoutMs: 60_000,
  };
  return {
    ...rig,
    publish,
    startApi: () => rig.startApi(null, null, auditApi),
    environment: { ...environment, ...audit },
    /** The ends and tallies of a period that the audit has kept, such as `1 day`. */
    countAudited: async (since: string, lasting = '1 day') => {
      const { rows } = await rig.pool.query<{ count: number }>(
        `select count(*)::int as count from audit.event
         where kind in ('completed', 'edge.tally') and occurred_at >= $1 and occurred_at < $1::timestamptz + $2::interval`,
        [since, lasting],
      );
      return rows[0]?.count;
    },
    /** The exchanges of a period that billing has entered. */
    countEntered: async (since: string, lasting = '1 day') => {
      const { rows } = await rig.pool.query<{ count: number }>(
        `select count(*)::int as count from billing.counted_exchange
         where hour >= $1 and hour < $1::timestamptz + $2::interval`,
        [since, lasting],
      );
      return rows[0]?.count;
    },
  };
}

/** An edge of its own that ends exchanges in an hour, and tells its tally. */
export class TestEdge {
  readonly #source = `/ssp/edge/test/${randomUUID()}`;
  readonly #hour: string;
  readonly #ended: ExchangeCompleted[] = [];
  #tallies = 0;

  constructor(hour: string) {
    this.#hour = hour;
  }

  get name(): string {
    return this.#source;
  }

  end(data: Partial<ExchangeCompleted['data']> = {}): ExchangeCompleted {
    const number = this.#ended.length + 1;
    const internalId = randomUUID();
    const event = {
      ...completedEvent({
        time: new Date(Date.parse(this.#hour) + number * 1_000).toISOString(),
        data: {
          internalId,
          traceId: randomUUID(),
          requestBytes: number,
          responseBytes: 1_000 + number,
          ...data,
        },
      }),
      source: this.#source,
      sequence: String(number),
    };
    this.#ended.push(event);
    return event;
  }

  /** What it has counted so far, and `more` that nobody hears of. */
  tally(more = 0): EdgeTally {
    const sum = (of: (event: ExchangeCompleted) => number) =>
      this.#ended.reduce((total, event) => total + of(event), 0);
    const ofOutcome = (outcome: string) => this.#ended.filter(({ data }) => data.outcome === outcome).length;
    this.#tallies += 1;
    return {
      specversion: '1.0',
      id: `${this.#source}.tally.${this.#tallies}`,
      source: this.#source,
      type: EdgeTally.type,
      time: new Date(Date.parse(this.#hour) + 3_000_000 + this.#tallies).toISOString(),
      datacontenttype: 'application/json',
      data: {
        edge: this.#source,
        hour: this.#hour,
        upTo: this.#ended.length + more,
        completed: this.#ended.length + more,
        outcomes: {
          forwarded: ofOutcome('forwarded') + more,
          refused: ofOutcome('refused'),
          failed: ofOutcome('failed'),
          abandoned: ofOutcome('abandoned'),
          answered: ofOutcome('answered'),
        },
        requestBytes: sum(({ data }) => data.requestBytes),
        responseBytes: sum(({ data }) => data.responseBytes),
      },
    };
  }
}

/** Has a period reconciled, and gives what each hour came to. */
export async function reconcile(api: string, from: string, to: string) {
  const answer = await fetch(`${api}${reconciliationsPath}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tokens.billing}`, 'content-type': 'application/json' },
    body: JSON.stringify({ from, to }),
  });
  if (answer.status !== 200) throw new Error(await answer.text());
  const lines = (await answer.text())
    .trimEnd()
    .split('\n')
    .map((line) => ReconcileLine.parse(JSON.parse(line)));
  return {
    // Those that differ come after the others.
    hours: lines
      .flatMap((line) => ('hour' in line ? [line] : []))
      .toSorted((a, b) => (a.hour.hour < b.hour.hour ? -1 : 1)),
    end: lines.find((line) => 'end' in line),
  };
}
