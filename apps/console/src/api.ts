import { type Readable } from 'node:stream';
import { type LinkFiles, type Service } from '@ssp/service';
import { Agent, type Dispatcher, request } from 'undici';
import { z } from 'zod';
import { type Visit } from './page.ts';
import { type Person } from './person.ts';
import { renewedConnector } from './renewed-connector.ts';

/** An API gave no answer that a page can be made of; the message is for our logs. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** The status of its refusal; null where it gave none, or an answer that is not what it should be. */
  readonly status: number | null;
  /** What it says to whoever asked. */
  readonly detail: string | null;
  /** The whole of its refusal, unread. */
  readonly problem: unknown;

  constructor(
    message: string,
    status: number | null,
    detail: string | null,
    { problem, ...options }: ErrorOptions & { readonly problem?: unknown } = {},
  ) {
    super(message, options);
    this.status = status;
    this.detail = detail;
    this.problem = problem;
  }
}

export type ApiConfig = LinkFiles & { readonly url: string; readonly timeoutMs: number };

/** What is asked of an API; parameters that are null are left out. */
export type ApiAsk = {
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | null>>;
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Of what takes longer than other answers may. */
  readonly timeoutMs?: number;
};

/** A file as an API gives it, and what it calls it. */
export type ApiFile = { readonly fileName: string | null; readonly text: string };

/** A way to one of our APIs, asked in a person's name. Every call rejects with an ApiError. */
export type Api = {
  /** The answer read by a schema. */
  readonly read: <Schema extends z.ZodType>(
    schema: Schema,
    ask: ApiAsk,
    person: Person,
  ) => Promise<z.output<Schema>>;
  /** The answer as a file of that type, empty where its head alone is asked for: billing tells the audit of what it gives. */
  readonly file: (
    contentType: string,
    ask: Pick<ApiAsk, 'path' | 'query'>,
    visit: Pick<Visit, 'person' | 'isHead'>,
  ) => Promise<ApiFile>;
  /** The answer as it comes, however long that takes as long as it comes; it fails where the API breaks off. */
  readonly stream: (contentType: string, ask: ApiAsk, person: Person) => Promise<Readable>;
};

const ProblemAnswer = z.object({ detail: z.string() });

/**
 * Reads the certificates, and keeps connections to the API until release. `name` is how our logs call it; they tell of every
 * answer that is missing or a fault of the API's.
 */
export function connectApi(
  name: string,
  { url, timeoutMs, ...files }: ApiConfig,
  { log, resources }: Pick<Service, 'log' | 'resources'>,
): Api {
  const agent = new Agent({ connect: renewedConnector(files) });
  resources.defer(() => agent.destroy());

  const call = (
    { path, headers, timeoutMs: ownTimeoutMs = timeoutMs, ...ask }: ApiAsk,
    contentType: string,
    { accessToken }: Person,
    signal?: AbortSignal,
  ) =>
    request(new URL(path, url), {
      ...callOptions(ask),
      dispatcher: agent,
      headers: {
        ...headers,
        accept: contentType,
        authorization: `Bearer ${accessToken}`,
        ...(ask.body !== undefined && { 'content-type': 'application/json' }),
      },
      // No more than that passes without a sign of the API; what it is to tell may be long.
      headersTimeout: ownTimeoutMs,
      bodyTimeout: ownTimeoutMs,
      ...(signal !== undefined && { signal }),
    });
  const stream: Api['stream'] = async (contentType, ask, person) => {
    const { statusCode: status, body } = await answer(name, () => call(ask, contentType, person));
    if (status >= 200 && status < 300) return body;
    const refusal = await answer(name, () => body.text());
    throw refused(name, ask, status, refusal);
  };
  const text = async (contentType: string, ask: ApiAsk, person: Person) => {
    const { status, headers, body } = await answer(name, async () => {
      const response = await call(ask, contentType, person, AbortSignal.timeout(ask.timeoutMs ?? timeoutMs));
      const { statusCode } = response;
      return { status: statusCode, headers: response.headers, body: await response.body.text() };
    });
    if (status >= 200 && status < 300) return { headers, body };
    throw refused(name, ask, status, body);
  };
  const file: Api['file'] = async (contentType, ask, { person, isHead }) => {
    const { headers, body } = await text(contentType, { ...ask, method: isHead ? 'HEAD' : 'GET' }, person);
    const [, fileName = null] = /filename="?([\w.-]+)/.exec(String(headers['content-disposition'])) ?? [];
    return { fileName, text: body };
  };
  const read: Api['read'] = async (schema, ask, person) => {
    const { body } = await text('application/json', ask, person);
    try {
      return schema.parse(JSON.parse(body));
    } catch (cause) {
      throw new ApiError(`${name} API: the answer is not what it should be`, null, null, { cause });
    }
  };

  const told = async <Answer>(asked: Promise<Answer>): Promise<Answer> => {
    try {
      return await asked;
    } catch (error) {
      const isTheirs = error instanceof ApiError && (error.status === null || error.status >= 500);
      if (isTheirs) log.error({ err: error }, 'an API gave no answer that a page can be made of');
      throw error;
    }
  };
  return {
    file: (contentType, ask, visit) => told(file(contentType, ask, visit)),
    stream: (contentType, ask, person) => told(stream(contentType, ask, person)),
    read: (schema, ask, person) => told(read(schema, ask, person)),
  };
}

function callOptions({
  query = {},
  method = 'GET',
  body,
}: Omit<ApiAsk, 'path'>): Pick<Dispatcher.RequestOptions, 'query' | 'method' | 'body'> {
  const given = Object.entries(query).filter(([, value]) => value !== null);
  return {
    method,
    query: Object.fromEntries(given),
    ...(body !== undefined && { body: JSON.stringify(body) }),
  };
}

async function answer<Answer>(name: string, ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (cause) {
    throw new ApiError(`${name} API: could not be asked`, null, null, { cause });
  }
}

function refused(name: string, { path }: ApiAsk, status: number, body: string): ApiError {
  const problem = jsonOf(body);
  const detail = ProblemAnswer.safeParse(problem).data?.detail ?? null;
  return new ApiError(`${name} API: ${path} answered ${status}`, status, detail, { problem });
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
