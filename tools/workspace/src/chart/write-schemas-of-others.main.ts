import { readFileSync, writeFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { kindsOfOthers, schemasOfOthersFile } from './kubernetes-schemas.ts';

// Writes the schemas of kinds that are not Kubernetes's own anew: `node write-schemas-of-others.main.ts <file>…`, where the files are the
// CustomResourceDefinitions that their makers publish, in the source of each. Descriptions, defaults and formats are left out.
const Definition = z.object({
  spec: z.object({
    group: z.string(),
    names: z.object({ kind: z.string() }),
    versions: z.array(
      z.object({
        name: z.string(),
        schema: z.object({ openAPIV3Schema: z.record(z.string(), z.unknown()) }),
      }),
    ),
  }),
});
const Schema = z.looseObject({
  type: z.string().optional(),
  nullable: z.boolean().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  additionalProperties: z.unknown().optional(),
  items: z.unknown().optional(),
  required: z.array(z.string()).optional(),
  enum: z.array(z.unknown()).optional(),
  pattern: z.string().optional(),
  minItems: z.number().optional(),
  'x-kubernetes-int-or-string': z.boolean().optional(),
  'x-kubernetes-preserve-unknown-fields': z.boolean().optional(),
});

/** The same as JSON Schema, such that no field is taken that the kind does not know. */
function strict(part: unknown): unknown {
  if (typeof part === 'boolean') return part;
  const { properties, additionalProperties, items, ...it } = Schema.parse(part);
  const open = it['x-kubernetes-preserve-unknown-fields'] === true;
  const plain = it['x-kubernetes-int-or-string'] === true ? ['integer', 'string'] : it.type;
  return {
    ...(plain !== undefined && { type: it.nullable === true ? [plain, 'null'].flat() : plain }),
    ...(it.enum !== undefined && { enum: it.enum }),
    // Go has groups with flags, which JSON Schema has not.
    ...(it.pattern !== undefined && !/\(\?[a-z]/.test(it.pattern) && { pattern: it.pattern }),
    ...(it.required !== undefined && { required: it.required }),
    ...(it.minItems !== undefined && { minItems: it.minItems }),
    ...(items !== undefined && { items: strict(items) }),
    ...(additionalProperties !== undefined && { additionalProperties: strict(additionalProperties) }),
    ...(properties !== undefined && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, value]) => [name, strict(value)]),
      ),
      ...(!open && { additionalProperties: false }),
    }),
  };
}

const found = process.argv
  .slice(2)
  .flatMap((file) => parseAllDocuments(readFileSync(file, 'utf8')))
  .map((document) => Definition.parse(document.toJS()).spec);
const definitions = Object.fromEntries(
  kindsOfOthers.map(({ apiVersion, kind, definition }) => {
    const [group, version] = apiVersion.split('/');
    const schema = found
      .find((it) => it.group === group && it.names.kind === kind)
      ?.versions.find(({ name }) => name === version)?.schema.openAPIV3Schema;
    if (schema === undefined) throw new Error(`no file defines ${apiVersion} ${kind}`);
    return [definition, strict(schema)];
  }),
);
writeFileSync(schemasOfOthersFile, `${JSON.stringify({ definitions })}\n`);
process.stdout.write(`${kindsOfOthers.length} definitions written\n`);
