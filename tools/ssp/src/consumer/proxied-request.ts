/** A call before it is sent. */
export type Call = {
  readonly method: string;
  /** The provider's service root URL, as the directory has it. */
  readonly endpoint: string;
  /** What follows it: `/Patient?identifier=…`, percent-encoded already, or nothing. */
  readonly rest: string;
  readonly form: TargetForm;
  /** A UUID, new for every request, also for one that repeats another. */
  readonly traceId: string;
  /** The consumer's ASID, and the provider's of the same look-up as the endpoint. */
  readonly from: string;
  readonly to: string;
  readonly interaction: string;
  readonly token: string;
};

/** `raw`: the provider's URL as it is. `encoded`: the whole of it percent-encoded, for libraries that rewrite paths. */
export const targetForms = ['raw', 'encoded'] as const;
export type TargetForm = (typeof targetForms)[number];

export type Header = readonly [name: string, value: string];

/** The provider's URL: texts joined, since parsing would change it. An endpoint may end in a slash. */
export function providerUrl(endpoint: string, rest: string): string {
  return endpoint.endsWith('/') && rest.startsWith('/') ? endpoint + rest.slice(1) : endpoint + rest;
}

/** The request-target: after exactly one slash the provider's URL. */
export function requestTarget({ endpoint, rest, form }: Pick<Call, 'endpoint' | 'form' | 'rest'>): string {
  const url = providerUrl(endpoint, rest);
  return `/${form === 'encoded' ? encodeURIComponent(url) : url}`;
}

/** The four headers and the token. Nothing in them routes the request: the target alone does. */
export function sspHeaders({ traceId, from, to, interaction, token }: Call): readonly Header[] {
  return [
    ['Ssp-TraceID', traceId],
    ['Ssp-From', from],
    ['Ssp-To', to],
    ['Ssp-InteractionID', interaction],
    ['Authorization', `Bearer ${token}`],
  ];
}
