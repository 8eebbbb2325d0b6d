import { z } from 'zod';
import { type Operation, type Operations } from './operation.ts';

/** What an API says of itself. */
export type ApiDescription = {
  readonly title: string;
  readonly description: string;
  readonly operations: Operations;
  /** Whether whoever posts must say in `x-ssp-user` which person does. */
  readonly namesPerson: boolean;
};

/** An API as an OpenAPI 3.1 document, from the schemas by which it reads and the contracts by which it answers. */
export function openApiText({ title, description, operations, namesPerson }: ApiDescription): string {
  const paths: Record<string, Record<string, object>> = {};
  for (const [name, operation] of Object.entries(operations)) {
    paths[operation.path] = {
      ...paths[operation.path],
      [operation.method]: describe(name, operation, namesPerson),
    };
  }
  const document = {
    openapi: '3.1.1',
    info: { title, version: '1', description },
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
      schemas: { Problem: schemaOf(Problem, 'output') },
      responses: {
        Problem: {
          description: 'RFC 9457; `detail` says what to do',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
    },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
});

function describe(
  operationId: string,
  { method, roles, summary, input, inPath, answers }: Operation,
  namesPerson: boolean,
): object {
  const schema = schemaOf(input, 'input');
  const parameters = [
    ...(inPath === undefined ? [] : parametersOf(schemaOf(inPath, 'input'), 'path')),
    ...(method === 'get' ? parametersOf(schema, 'query') : []),
    ...(method === 'post' && namesPerson ? [person] : []),
  ];
  return {
    operationId,
    summary,
    description: `For the roles ${roles.join(', ')}.`,
    ...((method === 'get' || parameters.length > 0) && { parameters }),
    ...(method === 'post' && {
      requestBody: { required: true, content: { 'application/json': { schema } } },
    }),
    responses: {
      200: { description: 'What was found', content: contentOf(answers) },
      default: { $ref: '#/components/responses/Problem' },
    },
  };
}

const person = {
  name: 'x-ssp-user',
  in: 'header',
  required: true,
  description: 'The person who reads; audited',
  schema: { type: 'string', maxLength: 100 },
};

const ObjectSchema = z.object({
  properties: z.record(z.string(), z.looseObject({ description: z.string().optional() })),
  required: z.array(z.string()).default([]),
});

function parametersOf(input: object, place: 'path' | 'query'): object[] {
  const { properties, required } = ObjectSchema.parse(input);
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(description !== undefined && { description }),
    schema,
  }));
}

function contentOf(answers: Operation['answers']): object {
  return Object.fromEntries(
    Object.entries(answers).map(([type, schema]) => [
      type,
      // Of a stream the schema is that of one line, which OpenAPI 3.1 has no word for.
      { schema: schema === null ? { type: 'string' } : schemaOf(schema, 'output') },
    ]),
  );
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): object {
  const { $schema: _dialect, ...body } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return body;
}
