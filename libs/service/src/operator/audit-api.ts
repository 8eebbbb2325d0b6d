import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { json } from 'node:stream/consumers';
import { type Logger } from 'pino';
import { z } from 'zod';
import { filePath, milliseconds } from '../fields.ts';
import { Problem } from '../problem.ts';
import { openLink } from './open-link.ts';

/** The environment of an operator API that asks the audit, by the bearer token of this role. */
export function auditApiEnvironment(role: string, without: string) {
  return {
    AUDIT_API_URL: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe(`Where the audit is searched; without it ${without}`),
    AUDIT_API_TOKEN_FILE: filePath
      .optional()
      .describe(`File that holds the bearer token of the role ${role} for that API`),
    AUDIT_API_CA_FILE: filePath
      .optional()
      .describe('CA that the API’s certificate must come from, PEM; for https'),
    AUDIT_API_CERT_FILE: filePath.optional().describe('Client certificate shown to the API, PEM'),
    AUDIT_API_KEY_FILE: filePath.optional().describe('Private key of that certificate, PEM'),
    AUDIT_API_TIMEOUT_MS: milliseconds.default(35_000).describe('Longest silence of that API'),
  };
}

type Environment = z.output<z.ZodObject<ReturnType<typeof auditApiEnvironment>>>;

/** What that environment says; null where the audit is not to be asked. */
export function toAuditApiConfig(env: Environment) {
  if (env.AUDIT_API_URL === undefined) return null;
  return {
    url: env.AUDIT_API_URL,
    tokenFile: env.AUDIT_API_TOKEN_FILE ?? null,
    caFile: env.AUDIT_API_CA_FILE ?? null,
    certFile: env.AUDIT_API_CERT_FILE ?? null,
    keyFile: env.AUDIT_API_KEY_FILE ?? null,
    /** Longest silence. */
    timeoutMs: env.AUDIT_API_TIMEOUT_MS,
  };
}
export type AuditApiConfig = NonNullable<ReturnType<typeof toAuditApiConfig>>;

type Query = Readonly<Record<string, string>>;

/** Reads of the audit. Both throw Problem 503 where it does not answer. */
export type AuditApi = {
  readonly json: <Answer>(
    schema: z.ZodType<Answer>,
    path: string,
    query: Query,
    signal: AbortSignal,
  ) => Promise<Answer>;
  /** JSON lines as they come, no faster than they are taken. Throws also where they end before one that has `end`. */
  readonly lines: <Line extends object>(
    schema: z.ZodType<Line>,
    path: string,
    query: Query,
    signal: AbortSignal,
  ) => AsyncIterable<Line>;
};

/** Opens the way to the audit. */
export function openAuditApi(config: AuditApiConfig, log: Logger): AuditApi {
  const ask = openLink(config, 'the audit');

  async function get(path: string, query: Query, signal: AbortSignal) {
    const token = config.tokenFile === null ? null : (await readFile(config.tokenFile, 'utf8')).trim();
    return ask(`${path}?${new URLSearchParams(query).toString()}`, {
      signal,
      timeout: config.timeoutMs,
      headers: token === null ? {} : { authorization: `Bearer ${token}` },
    });
  }

  function unavailable(error: unknown): Problem {
    log.error({ err: error }, 'the audit does not answer');
    return new Problem(503, 'The audit does not answer; try again later.');
  }

  return {
    json: async (schema, path, query, signal) => {
      try {
        return schema.parse(await json(await get(path, query, signal)));
      } catch (error) {
        throw unavailable(error);
      }
    },
    lines: async function* lines(schema, path, query, signal) {
      let ended = false;
      try {
        const response = await get(path, query, signal);
        for await (const text of createInterface({ input: response, crlfDelay: Infinity })) {
          const line = schema.parse(JSON.parse(text));
          ended = 'end' in line;
          yield line;
        }
      } catch (error) {
        throw unavailable(error);
      }
      if (!ended) throw unavailable(new Error('its answer was cut off'));
    },
  };
}
