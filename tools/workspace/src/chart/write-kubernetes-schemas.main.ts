import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { kindsOfTheChart, schemasFile } from './kubernetes-schemas.ts';

// Writes the schemas of the chart's kinds anew: `node write-kubernetes-schemas.main.ts <folder>`, where the folder is
// kubernetes_validate/kubernetes-json-schema/v<version>-local-strict of Python's package kubernetes-validate. Only what the kinds lead to is taken,
// without descriptions and formats.
const [folder = ''] = process.argv.slice(2);
const Schema = z.record(z.string(), z.unknown());
const { $defs: definitions } = z
  .object({ $defs: z.record(z.string(), Schema) })
  .parse(JSON.parse(readFileSync(join(folder, '_definitions.json'), 'utf8')));

const taken = new Map<string, unknown>();
const pending = kindsOfTheChart.map(({ definition }) => definition);
for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
  if (taken.has(name)) continue;
  const text = JSON.stringify(definitions[name], (key, value: unknown) => {
    // A field may be called description as well; its value is then a schema. Formats are of numbers, and say no more than their types.
    if ((key === 'description' || key === 'format') && typeof value === 'string') return undefined;
    return key.startsWith('x-kubernetes') ? undefined : value;
  });
  const own = text.replaceAll(/"[^"]*#\/\$defs\//g, '"#/definitions/');
  taken.set(name, JSON.parse(own));
  for (const [, next = ''] of own.matchAll(/#\/definitions\/([\w.-]+)"/g)) pending.push(next);
}
const sorted = Object.fromEntries([...taken].toSorted(([a], [b]) => a.localeCompare(b, 'en')));
writeFileSync(schemasFile, `${JSON.stringify({ definitions: sorted })}\n`);
process.stdout.write(`${taken.size} definitions written\n`);
