import {
  type AuditedDecision,
  auditedDecisionsPath,
  AuditedDecisions,
  groupedDecisionsPath,
  GroupedDecisionsLine,
} from '@ssp/contracts';
import { Problem } from '@ssp/service';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { createInterface } from 'node:readline';
import { json } from 'node:stream/consumers';
import { type Logger } from 'pino';

export type AuditClientConfig = {
  readonly url: string;
  readonly tokenFile: string | null;
  readonly caFile: string | null;
  readonly certFile: string | null;
  readonly keyFile: string | null;
  /** Longest silence. */
  readonly timeoutMs: number;
};

/** What the audit tells authz of its own decisions. Every call throws Problem 503 where the audit does not answer. */
export type AuditClient = {
  readonly find: (
    key: 'decisionId' | 'traceId',
    value: string,
    signal: AbortSignal,
  ) => Promise<readonly AuditedDecision[]>;
  /** The lines of a period as they come; `segments` of a target's path are told apart. Throws where they end too early. */
  readonly group: (
    period: { readonly since: Date; readonly until: Date; readonly segments: number },
    signal: AbortSignal,
  ) => AsyncIterable<GroupedDecisionsLine>;
};

/** Asks the audit over connections that are closed after each answer: it is asked seldom. */
export function createAuditClient(config: AuditClientConfig, log: Logger): AuditClient {
  const agent =
    new URL(config.url).protocol === 'https:'
      ? new Agent({
          minVersion: 'TLSv1.2',
          ...(config.caFile !== null && { ca: readFileSync(config.caFile) }),
          ...(config.certFile !== null && { cert: readFileSync(config.certFile) }),
          ...(config.keyFile !== null && { key: readFileSync(config.keyFile) }),
        })
      : null;

  async function get(path: string, query: Readonly<Record<string, string>>, signal: AbortSignal) {
    const url = new URL(config.url.replace(/\/$/, '') + path);
    url.search = new URLSearchParams(query).toString();
    const token = config.tokenFile === null ? null : (await readFile(config.tokenFile, 'utf8')).trim();
    const options = {
      signal,
      timeout: config.timeoutMs,
      headers: token === null ? {} : { authorization: `Bearer ${token}` },
    };
    const outgoing = agent === null ? httpRequest(url, options) : httpsRequest(url, { ...options, agent });
    const response = await new Promise<IncomingMessage>((done, failed) => {
      outgoing.on('timeout', () => outgoing.destroy(new Error(`silent for ${config.timeoutMs} ms`)));
      outgoing.on('error', failed);
      outgoing.on('response', done);
      outgoing.end();
    });
    if (response.statusCode === 200) return response;
    response.resume();
    throw new Error(`the audit answered ${response.statusCode ?? 0}`);
  }

  function unavailable(error: unknown): Problem {
    log.error({ err: error }, 'the audit does not answer');
    return new Problem(503, 'The audit does not answer; try again later, or give the facts themselves.');
  }

  return {
    find: async (key, value, signal) => {
      try {
        const response = await get(auditedDecisionsPath, { [key]: value }, signal);
        return AuditedDecisions.parse(await json(response)).decisions;
      } catch (error) {
        throw unavailable(error);
      }
    },
    group: async function* group({ since, until, segments }, signal) {
      let last: GroupedDecisionsLine | null = null;
      try {
        const query = { since: since.toISOString(), until: until.toISOString(), segments: String(segments) };
        const response = await get(groupedDecisionsPath, query, signal);
        for await (const line of createInterface({ input: response, crlfDelay: Infinity })) {
          last = GroupedDecisionsLine.parse(JSON.parse(line));
          yield last;
        }
      } catch (error) {
        throw unavailable(error);
      }
      if (last === null || !('end' in last)) throw unavailable(new Error('its answer was cut off'));
    },
  };
}
