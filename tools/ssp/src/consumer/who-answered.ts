/** Whose words an answer of 4xx or 5xx are, and what they say. */
export type Verdict = {
  readonly by: 'provider' | 'proxy';
  /** Diagnostics or display of the OperationOutcome; null where the body is none. */
  readonly said: string | null;
};

const proxySystem = 'https://fhir.nhs.uk/StructureDefinition/spine-operationoutcome-1';

/**
 * The proxy's own answer is an OperationOutcome, in XML or JSON, whose id is the answer's X-Ssp-InternalID; that of 405
 * has no id but a coding system of its own. All else is the provider's.
 */
export function whoAnswered(internalId: string | null, body: string): Verdict {
  const id = firstOf(body, 'id');
  const proxy = (internalId !== null && id === internalId) || body.includes(proxySystem);
  return { by: proxy ? 'proxy' : 'provider', said: firstOf(body, 'diagnostics') ?? firstOf(body, 'display') };
}

/** The first value under a name, in `"name": "value"` or `<name value="value"/>`; a consumer with a FHIR library parses instead. */
function firstOf(body: string, name: string): string | null {
  const json = new RegExp(`"${name}"\\s*:\\s*("(?:[^"\\\\]|\\\\.)*")`).exec(body)?.[1];
  if (json !== undefined) return String(JSON.parse(json));
  return new RegExp(`<${name} value="([^"]*)"`).exec(body)?.[1] ?? null;
}
