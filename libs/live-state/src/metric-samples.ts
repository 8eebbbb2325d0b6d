/** One figure of a service's `/metrics`. */
export type Sample = {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Not a number where the service has none. */
  readonly value: number;
};

/** Reads the figures of ours from the Prometheus text form; what is no such line is passed over. */
export function readSamples(text: string): readonly Sample[] {
  return text.split('\n').flatMap((line) => {
    const [, name, labels = '', value = ''] = sampleLine.exec(line) ?? [];
    if (name === undefined) return [];
    return [{ name, labels: readLabels(labels), value: Number(value.replace('Inf', 'Infinity')) }];
  });
}

const sampleLine = /^(ssp_[a-z0-9_]+)(?:\{(.*)\})? (\S+)/;
const label = /([a-z_][a-z0-9_]*)="((?:[^"\\]|\\.)*)"/gi;
const escapes: Readonly<Record<string, string>> = { '\\n': '\n' };

function readLabels(text: string): Readonly<Record<string, string>> {
  const pairs = Array.from(text.matchAll(label), ([, name = '', value = '']) => {
    return [name, value.replaceAll(/\\./g, (escape) => escapes[escape] ?? escape.slice(1))] as const;
  });
  return Object.fromEntries(pairs);
}
