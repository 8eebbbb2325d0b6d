import { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { type Logger } from 'pino';

/** Answered to the caller with its status; any other error of a handler becomes 500. */
export class EndpointError extends Error {
  override readonly name = 'EndpointError';
  readonly status: number;
  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

const bodyBytesMax = 4 * 1024 * 1024;

/**
 * A plain `node:http` handler for one POST path with JSON in and out: the hot calls between our services, where a
 * framework would cost more than the work.
 */
export function jsonEndpoint(path: string, handle: (body: unknown) => unknown, log: Logger): RequestListener {
  return (req, res) => {
    if (req.url !== path || req.method !== 'POST') {
      req.resume();
      return send(res, 404, { error: `only POST ${path} is served here` });
    }
    if (!isJson(req.headers['content-type'])) {
      req.resume();
      return send(res, 415, { error: 'only application/json is read here' });
    }
    const work = async () => {
      const body = parseJson(await readBody(req));
      send(res, 200, await handle(body));
    };
    work().catch((error: unknown) => {
      if (!(error instanceof EndpointError)) log.error({ err: error }, 'call failed');
      const status = error instanceof EndpointError ? error.status : 500;
      send(res, status, { error: error instanceof EndpointError ? error.message : 'internal error' });
    });
  };
}

const json = 'application/json';

function isJson(contentType: string | undefined): boolean {
  if (contentType === undefined || contentType === json) return true;
  return contentType.split(';', 1)[0]?.trim().toLowerCase() === json;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new EndpointError(400, 'the body is not JSON', { cause });
  }
}

function readBody(req: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    req.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      // Too large a body is read to its end but not kept: cut off, its sender would never see the answer.
      if (bytes <= bodyBytesMax) chunks.push(chunk);
    });
    req.on('end', () => {
      if (bytes > bodyBytesMax) reject(new EndpointError(413, 'the body is too large'));
      else resolve(Buffer.concat(chunks).toString('utf8'));
    });
    req.on('error', reject);
  });
}

function send(res: ServerResponse, status: number, body: unknown): void {
  if (res.headersSent) return;
  const text = JSON.stringify(body);
  const bytes = Buffer.byteLength(text);
  // ASCII alone is the same bytes in both; for UTF-8 Node first makes room for three bytes a character.
  const encoding = bytes === text.length ? 'latin1' : 'utf8';
  res.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes }).end(text, encoding);
}
