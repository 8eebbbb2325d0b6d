import { z } from 'zod';

/** One variable of a service's environment, for `--help` and the documentation. */
export type ConfigVariable = {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  readonly default: string | null;
};

const Described = z.object({
  properties: z.record(z.string(), z.object({ description: z.string().optional() })),
  required: z.array(z.string()).optional(),
});

/** Lists the variables that a config schema reads, in the order of its declaration. */
export function describeConfig(schema: z.ZodType): ConfigVariable[] {
  const defaults = defaultsOf(schema);
  const described = Described.parse(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
  return Object.entries(described.properties).map(([name, property]) => ({
    name,
    description: property.description ?? '',
    required: described.required?.includes(name) ?? false,
    default: defaults.get(name) ?? null,
  }));
}

// Read from the schema itself: JSON Schema has no place for the default of a field whose text is transformed.
function defaultsOf(schema: unknown): ReadonlyMap<string, string> {
  const object = schema instanceof z.ZodPipe ? schema.in : schema;
  if (object instanceof z.ZodPipe) return defaultsOf(object);
  if (!(object instanceof z.ZodObject)) return new Map();
  return new Map(
    Object.entries(object.shape).flatMap(([name, field]) => {
      const written = field instanceof z.ZodPipe ? field.in : field;
      const value = written instanceof z.ZodDefault ? written.def.defaultValue : undefined;
      // Nothing reads as nothing, in the page as in the help.
      return value === undefined || value === '' ? [] : [[name, shown(value)] as const];
    }),
  );
}

const shown = (value: unknown) =>
  Array.isArray(value) ? value.join(',') : JSON.stringify(value).replaceAll('"', '');

/** Renders variables as the text of `--help`, what is said `about` the program above them. */
export function configHelp(name: string, variables: readonly ConfigVariable[], about = ''): string {
  const lines = variables.map((variable) => {
    const suffix = variable.required
      ? 'required'
      : variable.default === null
        ? 'optional'
        : `default ${variable.default}`;
    return `  ${variable.name}\n      ${variable.description} (${suffix})`;
  });
  return `Usage: ${name}   (configured by environment variables alone)\n\n${about === '' ? '' : `${about}\n\n`}${lines.join('\n')}\n`;
}
