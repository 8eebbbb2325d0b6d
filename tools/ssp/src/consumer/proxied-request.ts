/** `raw`: the provider's URL as it is. `encoded`: the whole of it percent-encoded, for libraries that rewrite paths. */
export type TargetForm = 'encoded' | 'raw';

/** Where a request goes. */
export type Aim = {
  /** The provider's service root URL, as the directory has it. */
  readonly endpoint: string;
  /** What follows it: `/Patient?identifier=…`, percent-encoded already, or nothing. */
  readonly rest: string;
  readonly form: TargetForm;
};

/** Who asks whom for what. */
export type SspFacts = {
  /** A UUID, new for every request, also for one that repeats another. */
  readonly traceId: string;
  /** The consumer's ASID, and the provider's of the same look-up as the endpoint. */
  readonly from: string;
  readonly to: string;
  readonly interaction: string;
  readonly token: string;
};

export type Header = readonly [name: string, value: string];

/** The provider's URL: texts joined, since parsing would change it. An endpoint may end in a slash. */
export function providerUrl(endpoint: string, rest: string): string {
  return endpoint.endsWith('/') && rest.startsWith('/') ? endpoint + rest.slice(1) : endpoint + rest;
}

/** The request-target: after exactly one slash the provider's URL. */
export function requestTarget({ endpoint, rest, form }: Aim): string {
  const url = providerUrl(endpoint, rest);
  return `/${form === 'encoded' ? encodeURIComponent(url) : url}`;
}

/** The four headers and the token. Nothing in them routes the request: the target alone does. */
export function sspHeaders({ traceId, from, to, interaction, token }: SspFacts): readonly Header[] {
  return [
    ['Ssp-TraceID', traceId],
    ['Ssp-From', from],
    ['Ssp-To', to],
    ['Ssp-InteractionID', interaction],
    ['Authorization', `Bearer ${token}`],
  ];
}
