import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openApiFile, openApiText } from './openapi.ts';

test('the description that is kept is that of the code; `npm run schemas` writes it anew', () => {
  expect(readFileSync(openApiFile, 'utf8')).toBe(openApiText());
});

test('what may be asked is described with its form and its meaning', () => {
  const { paths } = JSON.parse(openApiText());
  const parameters: { name: string; required: boolean; description?: string; schema: object }[] =
    paths['/v1/exchanges'].get.parameters;
  expect(parameters.map(({ name }) => name)).toEqual([
    'traceId',
    'w3cTraceId',
    'internalId',
    'decisionId',
    'fromAsid',
    'toAsid',
    'organisation',
    'interactionId',
    'outcome',
    'refusal',
    'from',
    'to',
    'limit',
    'cursor',
  ]);
  expect(parameters.filter(({ required, description }) => required || description === undefined)).toEqual([]);
  expect(parameters.find(({ name }) => name === 'outcome')?.schema).toMatchObject({
    enum: ['forwarded', 'refused', 'failed', 'abandoned', 'answered'],
  });
  expect(paths['/v1/full-urls'].post.requestBody.content['application/json'].schema).toMatchObject({
    required: ['why'],
    additionalProperties: false,
  });
});
