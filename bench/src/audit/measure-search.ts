import { randomInt } from 'node:crypto';
import { auditedExchangesPath, auditedStoriesPath } from '@ssp/contracts';
import { type Leash } from '@ssp/testing';
import { tablesSize } from '../authz/fill-tables.ts';
import { percentile } from '../latency/percentile.ts';
import { type Report } from '../progress.ts';
import { freePorts } from '../yardstick/free-port.ts';
import { untilOpen } from '../yardstick/until-open.ts';
import { auditorToken, startAuditRig, withClient } from './audit-rig.ts';
import { daysFilled, fillSearch, traceIdOf } from './fill-search.ts';

/** Milliseconds of one kind of question, asked over HTTP one after the other. */
export type SearchTimes = {
  readonly question: string;
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** Exchanges in an answer, on average. */
  readonly found: number;
};

export type SearchFindings = {
  readonly rows: number;
  readonly gigabytes: number;
  readonly asked: number;
  readonly times: readonly SearchTimes[];
};

const asked = 200;
const unmeasured = 20;
const dayMs = 86_400_000;

/** The question that has an aim of its own. */
export const byTrace = ['a trace id', 'the story of a trace id'] as const;

/** Fills the tables with so many events, then asks the search API of a running writer. */
export async function measureSearch(
  { events }: { readonly events: number },
  leash: Leash,
  report: Report,
  signal: AbortSignal,
): Promise<SearchFindings> {
  await using resources = new AsyncDisposableStack();
  const rig = await startAuditRig(leash, report, resources);
  const until = new Date();
  const exchanges = Math.floor(events / 2);
  const database = await rig.createAudit(until, resources);
  report(`filling the tables with ${2 * exchanges} events`);
  const gigabytes = await withClient(database.url, async (client) => {
    await fillSearch(client, exchanges, until);
    const { rows } = await client.query<{ gigabytes: number }>(`
      select sum(pg_total_relation_size(relid))::float8 / 1e9 as gigabytes
      from pg_partition_tree('audit.event') where isleaf`);
    return rows[0]?.gigabytes ?? 0;
  });
  report(`filled: ${gigabytes.toFixed(1)} GB`);
  const [port = 0] = await freePorts(1);
  await rig.startWriters(database, 1, port, resources);
  await untilOpen(port, 'the search API', signal);
  const times: SearchTimes[] = [];
  for (const { question, path, query } of questions(exchanges, until)) {
    const tookMs: number[] = [];
    let found = 0;
    for (let nth = -unmeasured; nth < asked; nth += 1) {
      const startedMs = performance.now();
      const amount = await ask(port, `${path}?${new URLSearchParams(query()).toString()}`, signal);
      if (nth < 0) continue;
      tookMs.push(performance.now() - startedMs);
      found += amount;
    }
    const sorted = tookMs.toSorted((a, b) => a - b);
    times.push({
      question,
      p50Ms: percentile(sorted, 0.5),
      p95Ms: percentile(sorted, 0.95),
      found: found / asked,
    });
    report(`${question}: asked ${asked} times`);
  }
  return { rows: 2 * exchanges, gigabytes, asked, times };
}

/** One of so many codes, at random. */
function code(prefix: string, codes: number, digits: number): string {
  return `${prefix}${String(randomInt(codes)).padStart(digits, '0')}`;
}

function questions(exchanges: number, until: Date) {
  const traceId = () => ({ traceId: traceIdOf(randomInt(exchanges)) });
  // The first and the last day are not whole.
  const day = () => {
    const to = until.getTime() - randomInt(1, daysFilled - 1) * dayMs;
    return { from: new Date(to - dayMs).toISOString(), to: new Date(to).toISOString() };
  };
  const { practices, consumers, interactionsEach } = tablesSize;
  const interactionId = () =>
    `urn:nhs:names:services:gpconnect:fhir:rest:search:resource${randomInt(interactionsEach)}-1`;
  const path = auditedExchangesPath;
  const [trace, story] = byTrace;
  return [
    { question: trace, path, query: traceId },
    { question: story, path: auditedStoriesPath, query: traceId },
    {
      question: 'a trace id that is not there',
      path,
      query: () => ({ traceId: traceIdOf(-randomInt(1e9)) }),
    },
    {
      question: 'a decision',
      path,
      query: () => ({ decisionId: `q7Vd0m2hT1xA.${randomInt(exchanges)}` }),
    },
    {
      question: 'a consumer, of a day',
      path,
      query: () => ({ fromAsid: code('2000', consumers, 8), ...day() }),
    },
    {
      question: 'a provider, of a day',
      path,
      query: () => ({ toAsid: code('9181', practices, 8), ...day() }),
    },
    {
      question: 'an organisation, of a day',
      path,
      query: () => ({ organisation: code('G', practices, 5), ...day() }),
    },
    {
      question: 'an interaction, of a day',
      path,
      query: () => ({ interactionId: interactionId(), ...day() }),
    },
    {
      question: 'an interaction that nobody uses, of a day',
      path,
      query: () => ({ interactionId: 'urn:nhs:names:services:gpconnect:fhir:rest:read:none-1', ...day() }),
    },
    { question: 'what failed, of a day', path, query: () => ({ outcome: 'failed', ...day() }) },
    { question: 'a refusal, of a day', path, query: () => ({ refusal: 'no-agreement', ...day() }) },
    {
      question: 'a consumer and what was refused, of a day',
      path,
      query: () => ({ fromAsid: code('2000', consumers, 8), outcome: 'refused', ...day() }),
    },
    { question: 'all of a day', path, query: day },
  ];
}

async function ask(port: number, path: string, signal: AbortSignal): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    headers: { authorization: `Bearer ${auditorToken}` },
    signal,
  });
  if (!answer.ok) throw new Error(`${path} answers ${answer.status}: ${await answer.text()}`);
  const found: { readonly exchanges?: readonly unknown[]; readonly stories?: readonly unknown[] } =
    JSON.parse(await answer.text());
  return (found.exchanges ?? found.stories ?? []).length;
}
