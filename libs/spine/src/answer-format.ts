/** In which format, and under which media type, the proxy answers on its own behalf. */
export type AnswerFormat = { readonly format: 'json' | 'xml'; readonly mediaType: string };

export type FormatWishes = {
  /** The target's query with its leading `?`, or empty. */
  readonly query: string;
  readonly accept: string | undefined;
  readonly contentType: string | undefined;
};

const mediaTypes: Readonly<Record<string, 'json' | 'xml'>> = {
  'application/fhir+json': 'json',
  'application/json+fhir': 'json',
  'application/json': 'json',
  json: 'json',
  'application/fhir+xml': 'xml',
  'application/xml+fhir': 'xml',
  'application/xml': 'xml',
  'text/xml': 'xml',
  xml: 'xml',
};

const usual = { json: 'application/fhir+json', xml: 'application/fhir+xml' } as const;

/**
 * Chooses by `_format`, then `Accept`, then the request's `Content-Type`, then the configured default (spec 7.4),
 * and answers in the media type that was asked for.
 */
export function answerFormat(wishes: FormatWishes, byDefault: 'json' | 'xml'): AnswerFormat {
  return (
    known(formatParameter(wishes.query)) ??
    firstAccepted(wishes.accept) ??
    known(wishes.contentType) ?? { format: byDefault, mediaType: usual[byDefault] }
  );
}

function formatParameter(query: string): string | undefined {
  if (!query.includes('_format')) return undefined;
  return new URLSearchParams(query).get('_format')?.replace(' ', '+');
}

function firstAccepted(accept: string | undefined): AnswerFormat | undefined {
  if (accept === undefined) return undefined;
  const ranges = accept.split(',').map((range, index) => ({ range, index, quality: qualityOf(range) }));
  ranges.sort((a, b) => b.quality - a.quality || a.index - b.index);
  for (const { range, quality } of ranges) {
    const format = quality > 0 ? known(range) : undefined;
    if (format !== undefined) return format;
  }
  return undefined;
}

function qualityOf(range: string): number {
  const quality = /;\s*q=([01](?:\.\d{0,3})?)/i.exec(range)?.[1];
  return quality === undefined ? 1 : Number(quality);
}

function known(mediaType: string | undefined): AnswerFormat | undefined {
  const bare = mediaType?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const format = Object.hasOwn(mediaTypes, bare) ? mediaTypes[bare] : undefined;
  if (format === undefined) return undefined;
  return { format, mediaType: bare.includes('/') ? bare : usual[format] };
}
