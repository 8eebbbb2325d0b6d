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
 * and answers in the media type that was asked for, without its parameters.
 */
export function answerFormat(wishes: FormatWishes, byDefault: 'json' | 'xml'): AnswerFormat {
  return (
    formatParameter(wishes.query) ??
    firstAccepted(wishes.accept) ??
    unlessRefused(known(wishes.contentType) ?? usualAnswer(byDefault), wishes.accept)
  );
}

/**
 * The query of a request-target that could not be parsed, raw or percent-encoded: good enough to look for `_format`
 * in, and for nothing else.
 */
export function looseQuery(requestTarget: string): string {
  const raw = requestTarget.indexOf('?');
  if (raw !== -1) return requestTarget.slice(raw);
  const encoded = requestTarget.search(/%3f/i);
  if (encoded === -1) return '';
  const query = requestTarget.slice(encoded + 3);
  try {
    return `?${decodeURIComponent(query)}`;
  } catch {
    return `?${query}`;
  }
}

function formatParameter(query: string): AnswerFormat | undefined {
  if (!query.includes('_format')) return undefined;
  for (const wish of new URLSearchParams(query).getAll('_format')) {
    // A plus that was not encoded reads as a blank.
    const format = known(wish.replace(' ', '+'));
    if (format !== undefined) return format;
  }
  return undefined;
}

const isWildcard = (bare: string) => bare === '*/*' || bare === 'application/*';

/** The known type of the highest quality. What a wildcard of higher quality leaves open is not decided here. */
function firstAccepted(accept: string | undefined): AnswerFormat | undefined {
  if (accept === undefined) return undefined;
  const ranges = accept.split(',').map((range, index) => {
    const bare = bareType(range);
    return { bare, index, quality: qualityOf(range), open: Number(isWildcard(bare)) };
  });
  ranges.sort((a, b) => b.quality - a.quality || a.open - b.open || a.index - b.index);
  for (const { bare, quality, open } of ranges) {
    if (quality === 0 || open === 1) return undefined;
    const format = known(bare);
    if (format !== undefined) return format;
  }
  return undefined;
}

/** The other format, where this one is refused by name. */
function unlessRefused(answer: AnswerFormat, accept: string | undefined): AnswerFormat {
  const refused = accept
    ?.split(',')
    .some((range) => qualityOf(range) === 0 && known(bareType(range))?.format === answer.format);
  return refused === true ? usualAnswer(answer.format === 'json' ? 'xml' : 'json') : answer;
}

function qualityOf(range: string): number {
  const quality = /;\s*q=([01](?:\.\d{0,3})?)/i.exec(range)?.[1];
  return quality === undefined ? 1 : Number(quality);
}

function bareType(mediaType: string): string {
  return mediaType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

const usualAnswer = (format: 'json' | 'xml'): AnswerFormat => ({ format, mediaType: usual[format] });

function known(mediaType: string | undefined): AnswerFormat | undefined {
  const bare = bareType(mediaType ?? '');
  const format = Object.hasOwn(mediaTypes, bare) ? mediaTypes[bare] : undefined;
  if (format === undefined) return undefined;
  return bare.includes('/') ? { format, mediaType: bare } : usualAnswer(format);
}
