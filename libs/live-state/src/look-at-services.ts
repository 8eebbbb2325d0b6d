import { Agent, type buildConnector, request } from 'undici';
import { z } from 'zod';
import { readSamples, type Sample } from './metric-samples.ts';

/** A process to look at, and where its admin listener is. */
export type WatchedService = { readonly name: string; readonly url: string };

/** What a service tells of itself at this moment. */
export type ServiceLook = {
  readonly name: string;
  /** Null where it does not answer. */
  readonly report: ReadyReport | null;
  readonly samples: readonly Sample[];
};

const ReadyReport = z.object({
  ready: z.boolean(),
  state: z.string(),
  checks: z.record(z.string(), z.string()),
});
export type ReadyReport = z.infer<typeof ReadyReport>;

/** Most that a service may say; ours say less than a hundredth. */
const bytesMax = 16_777_216;

/** Asks all services at once what they tell of themselves; one that does not answer in time is said not to. */
export function serviceWatch(
  { services, timeoutMs, connect }: ServiceWatch,
  resources: AsyncDisposableStack,
): () => Promise<readonly ServiceLook[]> {
  const dispatcher = new Agent({ connect, maxResponseSize: bytesMax });
  resources.defer(() => dispatcher.destroy());

  const ask = async (url: string, path: string) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const { statusCode, body } = await request(new URL(path, url), { dispatcher, signal });
    return { statusCode, text: await body.text() };
  };
  const look = async ({ name, url }: WatchedService): Promise<ServiceLook> => {
    try {
      // A service that is not ready says so with 503, and why.
      const [ready, metrics] = await Promise.all([ask(url, '/readyz'), ask(url, '/metrics')]);
      const samples = metrics.statusCode === 200 ? readSamples(metrics.text) : [];
      return { name, report: ReadyReport.parse(JSON.parse(ready.text)), samples };
    } catch {
      return { name, report: null, samples: [] };
    }
  };
  return () => Promise.all(services.map((service) => look(service)));
}

/** Whom to look at, and how to reach them. */
export type ServiceWatch = {
  readonly services: readonly WatchedService[];
  /** Longest that a service is waited for. */
  readonly timeoutMs: number;
  /** For listeners that have TLS. */
  readonly connect:
    | {
        readonly minVersion?: 'TLSv1.2';
        readonly ca?: Buffer;
        readonly cert?: Buffer;
        readonly key?: Buffer;
      }
    | buildConnector.connector;
};
