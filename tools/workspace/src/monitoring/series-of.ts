/** A series that an expression asks for, and the matchers of its labels. */
export type AskedSeries = {
  readonly name: string;
  readonly matchers: readonly { readonly label: string; readonly value: string }[];
};

const series = /\b((?:ssp|process|nodejs)[a-zA-Z0-9_:]*|up)\b(?:\{([^}]*)\})?/g;
const matcher = /(\w+)\s*(?:=~|!~|!=|=)\s*"([^"]*)"/g;

/** The series of ours that a PromQL expression asks for; functions and label names are none. */
export function seriesOf(expression: string): readonly AskedSeries[] {
  return Array.from(expression.matchAll(series), ([, name = '', inner = '']) => ({
    name,
    matchers: Array.from(inner.matchAll(matcher), ([, label = '', value = '']) => ({ label, value })),
  }));
}
