import { parse } from 'yaml';
import { z } from 'zod';

/** Heading of the part of docs/kubernetes.md that is written from values.yaml. */
export const valuesHeading = '## Values\n';

const Values = z.record(z.string(), z.unknown());
const Service = z.looseObject({
  replicas: z.number(),
  maxReplicas: z.number().optional(),
  cpuPercent: z.number().optional(),
  stopGraceSeconds: z.number(),
  resources: z.object({
    requests: z.object({ cpu: z.string(), memory: z.string() }),
    limits: z.object({ cpu: z.string(), memory: z.string() }),
  }),
});

/** The tables of all values: what the comment above each says, and what holds unless it is set. */
export function valuesPage(yaml: string): string {
  const values = Values.parse(parse(yaml));
  const rows = describedValues(yaml).map(
    ({ path, meaning }) => `| \`${path.join('.')}\` | ${meaning} | ${shown(valueAt(values, path))} |`,
  );
  const services = Object.entries(z.record(z.string(), Service).parse(values['services'])).map(
    ([
      name,
      {
        replicas,
        maxReplicas,
        cpuPercent,
        stopGraceSeconds,
        resources: { requests, limits },
      },
    ]) =>
      `| ${name} | ${replicas} | ${maxReplicas ?? '–'} | ${cpuPercent ?? '–'} | ${requests.cpu}, ${requests.memory} | ${limits.cpu}, ${limits.memory} | ${stopGraceSeconds} |`,
  );
  return [
    valuesHeading,
    'This part is written by `npm run docs:chart` from the comments of `values.yaml`.\n',
    '| Value | Meaning | Default |',
    '|---|---|---|',
    ...rows,
    '\nThe services as they are without further values:\n',
    '| Service | `replicas` | `maxReplicas` | `cpuPercent` | asks for | may use | `stopGraceSeconds` |',
    '|---|---|---|---|---|---|---|',
    ...services,
    '',
  ].join('\n');
}

/** Each value with the comment above it; a comment also holds for the values that follow it at once, but not across the border of a group. */
export function describedValues(yaml: string) {
  const found: { readonly path: readonly string[]; readonly meaning: string }[] = [];
  let path: string[] = [];
  let meaning: string[] = [];
  let said = false;
  for (const line of yaml.split('\n')) {
    const comment = /^ *# (.*)$/.exec(line)?.[1];
    if (comment !== undefined) {
      meaning = said ? [comment] : [...meaning, comment];
      said = false;
      continue;
    }
    if (line.trim() === '') meaning = [];
    const [, indent = '', key = ''] = /^( *)([\w-]+):/.exec(line) ?? [];
    if (key === '') continue;
    const isGroup = line.endsWith(':');
    if (said && (isGroup || indent.length / 2 + 1 < path.length)) meaning = [];
    path = [...path.slice(0, indent.length / 2), key];
    said = true;
    if (meaning.length > 0) found.push({ path, meaning: meaning.join(' ').replaceAll('<', '&lt;') });
    if (isGroup) meaning = [];
    // The fields of each service stand in a table of their own.
    if (path.join('.') === 'services') break;
  }
  return found;
}

const valueAt = (values: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((at, key) => Values.parse(at)[key], values);

function shown(value: unknown): string {
  if (value === '' || (typeof value === 'object' && Object.keys(Object(value)).length === 0)) return 'none';
  if (typeof value === 'string') return `\`${value}\``;
  const text = JSON.stringify(value);
  return text.length > 120 ? 'below' : `\`${text}\``;
}
