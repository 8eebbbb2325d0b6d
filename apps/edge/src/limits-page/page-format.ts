const htmlTypes = ['text/html', 'application/xhtml+xml'];
const jsonTypes = ['application/json', 'application/fhir+json'];

/** HTML where `_format` or `Accept` says so above JSON, as browsers do; else JSON. */
export function pageFormat(query: URLSearchParams, accept: string | undefined): 'html' | 'json' {
  const wished = query.get('_format');
  if (wished !== null) return wished === 'html' || wished === 'text/html' ? 'html' : 'json';
  const html = qualityOf(htmlTypes, accept);
  return html > 0 && html > qualityOf(jsonTypes, accept) ? 'html' : 'json';
}

/** The best quality at which one of these types is named; zero where none is. */
function qualityOf(types: readonly string[], accept = ''): number {
  let best = 0;
  for (const range of accept.split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    if (!types.includes(type)) continue;
    const quality = parameters.find((parameter) => parameter.startsWith('q='));
    best = Math.max(best, quality === undefined ? 1 : Number(quality.slice(2)) || 0);
  }
  return best;
}
