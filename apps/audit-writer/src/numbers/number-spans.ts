/** Numbers that follow each other, both ends included. */
export type NumberSpan = { readonly first: number; readonly last: number };

/** The parts of `span` that lie in one of `spans`. */
export function partsWithin(
  { first, last }: NumberSpan,
  spans: readonly NumberSpan[],
): readonly NumberSpan[] {
  return spans
    .filter((one) => one.first <= last && one.last >= first)
    .map((one) => ({ first: Math.max(first, one.first), last: Math.min(last, one.last) }));
}

/** The parts of `span` that lie in none of `spans`, which are in order and apart. */
export function partsOutside(span: NumberSpan, spans: readonly NumberSpan[]): readonly NumberSpan[] {
  const parts: NumberSpan[] = [];
  let { first } = span;
  for (const within of partsWithin(span, spans)) {
    if (first < within.first) parts.push({ first, last: within.first - 1 });
    first = within.last + 1;
  }
  if (first <= span.last) parts.push({ first, last: span.last });
  return parts;
}
