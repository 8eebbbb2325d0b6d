import { createServer, type RequestListener } from 'node:http';
import { jsonEndpoint, listen } from '@ssp/service';
import { pino } from 'pino';

/** A process that answers batches of asks by the contract; `answer` may be replaced between requests. */
export type AnsweringService<Ask, Answer> = {
  readonly url: string;
  answer: (ask: Ask) => Answer | Promise<Answer>;
  /** The size of each batch that came. */
  readonly batches: number[];
  /** What is answered on other paths. */
  readonly others: Map<string, (body: unknown) => unknown>;
};

type Batch<Ask> = { readonly asks: readonly Ask[] };

/** Stands on the far side of the edge's calls, where authz and throttle are other processes. */
export async function startAnsweringService<Ask, Answer>(
  path: string,
  read: (body: unknown) => Batch<Ask>,
  answer: (ask: Ask) => Answer | Promise<Answer>,
  resources: AsyncDisposableStack,
): Promise<AnsweringService<Ask, Answer>> {
  const batches: number[] = [];
  const others = new Map<string, (body: unknown) => unknown>();
  const service = { url: '', answer, batches, others };
  const log = pino({ level: 'silent' });
  const handler = jsonEndpoint(
    path,
    async (body) => {
      const { asks } = read(body);
      // Without asks it only tells something.
      if (asks.length > 0) batches.push(asks.length);
      return { answers: await Promise.all(asks.map((ask) => service.answer(ask))) };
    },
    log,
  );
  const route: RequestListener = (req, res) => {
    const other = others.get(req.url ?? '');
    return (other === undefined ? handler : jsonEndpoint(req.url ?? '', other, log))(req, res);
  };
  const { host, port } = await listen(createServer(route), { host: '127.0.0.1', port: 0 }, resources);
  service.url = `http://${host}:${port}`;
  return service;
}
