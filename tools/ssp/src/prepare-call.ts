import { interactions } from '@ssp/spine';
import { type CallOptions } from './call-options.ts';
import { type CallBody } from './call-body.ts';
import { UsageFault } from './command-fault.ts';
import { type ConsumerSystem } from './consumer-options.ts';
import {
  type Header,
  makeToken,
  type RegisteredProvider,
  requestTarget,
  sspHeaders,
  tokenPurpose,
} from './consumer/index.ts';
import { sampleUser } from './sample-user.ts';

/** A request that is ready to go, or to be shown. */
export type PreparedCall = {
  readonly method: string;
  /** As it stands in the request line. */
  readonly target: string;
  /** Those of ours that were replaced are not among them. */
  readonly headers: readonly Header[];
  /** Names that a header of ours had and that were left out on purpose. */
  readonly leftOut: readonly string[];
  /** The one that is sent; null where it is none or several. */
  readonly traceId: string | null;
};

/** What follows the endpoint, and the method: as given, else those of the interaction. @throws UsageFault where that is not enough */
export function aimOf(
  interaction: string,
  given: {
    readonly rest: string | undefined;
    readonly method: string | undefined;
    readonly hasBody: boolean;
  },
): { readonly method: string; readonly rest: string } {
  const known = interactions.find(({ id }) => id === interaction);
  const method = given.method ?? known?.methods[0] ?? (given.hasBody ? 'POST' : 'GET');
  if (given.rest !== undefined) return { method, rest: readRest(given.rest) };
  if (known === undefined || known.path.includes('{')) {
    const form = known === undefined ? 'for example /Patient/1' : `which is ${known.path}`;
    throw new UsageFault(`say what follows the endpoint, ${form}; '' for nothing`);
  }
  return { method, rest: known.path };
}

/** @throws UsageFault for what no request line can hold */
function readRest(text: string): string {
  const unfit = /[^\u0021-\u007e]/u.exec(text);
  if (unfit !== null) {
    throw new UsageFault(
      `the path has ${JSON.stringify(unfit[0])} at ${unfit.index + 1}: percent-encode it as ${encodeURIComponent(unfit[0])}`,
    );
  }
  return text === '' || /^[/?]/.test(text) ? text : `/${text}`;
}

/** The request of a consumer to a provider: target, four headers, token, and what the options change of them. */
export function prepareCall(
  { asid, odsCode, fqdn }: ConsumerSystem,
  provider: RegisteredProvider,
  call: {
    readonly interaction: string;
    readonly method: string;
    readonly rest: string;
    readonly body: CallBody | null;
    readonly options: Pick<CallOptions, 'encoded' | 'header'>;
    readonly traceId: string;
    readonly nowSeconds: number;
  },
): PreparedCall {
  const { interaction, method, rest, body, options, traceId, nowSeconds } = call;
  const [endpoint = ''] = provider.endpoints;
  const token = makeToken(
    {
      ...sampleUser,
      ...tokenPurpose(interaction, method),
      fqdn,
      organisation: { odsCode, name: 'Example organisation' },
      audience: endpoint,
    },
    nowSeconds,
  );
  const own: readonly Header[] = [
    ...sspHeaders({ traceId, from: asid, to: provider.asid, interaction, token }),
    ['Accept', 'application/fhir+json'],
    ...(body === null ? [] : [['Content-Type', 'application/fhir+json'] as const]),
  ];
  const replaced = new Set(options.header.map(([name]) => name.toLowerCase()));
  const headers = [
    ...own.filter(([name]) => !replaced.has(name.toLowerCase())),
    ...options.header.filter(([, value]) => value !== ''),
  ];
  const [sentTraceId = null, ...more] = headers.flatMap(([name, value]) =>
    name.toLowerCase() === 'ssp-traceid' ? [value] : [],
  );
  return {
    method,
    target: requestTarget({ endpoint, rest, form: options.encoded ? 'encoded' : 'raw' }),
    headers,
    leftOut: options.header.flatMap(([name, value]) => (value === '' ? [name] : [])),
    traceId: more.length === 0 ? sentTraceId : null,
  };
}
