import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { describeConfig } from './describe-config.ts';
import { commaList, count, flag, milliseconds, port } from './fields.ts';
import { listenerEnvironment, toListener } from './internal-listener.ts';
import { ConfigError, readConfig } from './load-config.ts';

const Sample = z
  .object({
    SAMPLE_URL: z.url().describe('Where it is'),
    SAMPLE_PORT: port.default(7001).describe('Its port'),
    SAMPLE_TIMEOUT_MS: milliseconds.describe('How long it may take'),
    SAMPLE_BROKERS: commaList.default(['a:1', 'b:2']).describe('Who carries it'),
    SAMPLE_STRICT: flag.default(false).describe('Whether it is strict'),
    SAMPLE_WORDS: z
      .string()
      .default('a b')
      .transform((text) => text.split(' '))
      .describe('Its words'),
    SAMPLE_NOTE: z
      .string()
      .default('')
      .transform((text) => text.trim())
      .describe('A note'),
    SAMPLE_FILE: z.string().optional().describe('Its file'),
  })
  .transform((env) => ({ url: env.SAMPLE_URL, port: env.SAMPLE_PORT, brokers: env.SAMPLE_BROKERS, env }));

function faultsOf(schema: z.ZodType, environment: Record<string, string>): string[] {
  try {
    readConfig(schema, environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n');
    throw error;
  }
  return [];
}

test('an environment becomes the value that the code wants, with its defaults', () => {
  const config = readConfig(Sample, { SAMPLE_URL: 'http://h', SAMPLE_TIMEOUT_MS: '200', OTHER: 'x' });
  expect(config).toMatchObject({ url: 'http://h', port: 7001, brokers: ['a:1', 'b:2'] });
});

test('an empty variable counts as absent', () => {
  const given = { SAMPLE_URL: 'http://h', SAMPLE_TIMEOUT_MS: '200', SAMPLE_PORT: '', SAMPLE_FILE: '' };
  expect(readConfig(Sample, given)).toMatchObject({ port: 7001, env: { SAMPLE_STRICT: false } });
  expect(faultsOf(Sample, { ...given, SAMPLE_URL: '' })).toEqual(['SAMPLE_URL is not set']);
});

test('every fault is named at once, each by its variable', () => {
  const faults = faultsOf(Sample, {
    SAMPLE_URL: 'nowhere',
    SAMPLE_PORT: '70000',
    SAMPLE_BROKERS: 'a:1,,b:2',
  });
  expect(faults).toEqual([
    expect.stringMatching(/^SAMPLE_URL is wrong: /),
    expect.stringMatching(/^SAMPLE_PORT is wrong: /),
    'SAMPLE_TIMEOUT_MS is not set',
    expect.stringMatching(/^SAMPLE_BROKERS is wrong: /),
  ]);
});

test.for([
  { field: 'port', schema: port, text: '0', value: 0 },
  { field: 'port', schema: port, text: '65536', value: null },
  { field: 'port', schema: port, text: '80a', value: null },
  { field: 'milliseconds', schema: milliseconds, text: '250', value: 250 },
  { field: 'milliseconds', schema: milliseconds, text: '0', value: null },
  { field: 'milliseconds', schema: milliseconds, text: '1.5', value: null },
  { field: 'count', schema: count, text: '3', value: 3 },
  { field: 'count', schema: count, text: '-3', value: null },
  { field: 'flag', schema: flag, text: 'yes', value: true },
  { field: 'flag', schema: flag, text: '0', value: false },
  { field: 'flag', schema: flag, text: 'maybe', value: null },
  { field: 'commaList', schema: commaList, text: ' a , b', value: ['a', 'b'] },
  { field: 'commaList', schema: commaList, text: 'a,', value: null },
])('$field reads "$text" as $value', ({ schema, text, value }) => {
  expect(schema.safeParse(text).data ?? null).toEqual(value);
});

test('a schema describes its own variables', () => {
  expect(describeConfig(Sample)).toEqual([
    { name: 'SAMPLE_URL', description: 'Where it is', required: true, default: null },
    { name: 'SAMPLE_PORT', description: 'Its port', required: false, default: '7001' },
    { name: 'SAMPLE_TIMEOUT_MS', description: 'How long it may take', required: true, default: null },
    { name: 'SAMPLE_BROKERS', description: 'Who carries it', required: false, default: 'a:1,b:2' },
    { name: 'SAMPLE_STRICT', description: 'Whether it is strict', required: false, default: 'false' },
    { name: 'SAMPLE_WORDS', description: 'Its words', required: false, default: 'a b' },
    { name: 'SAMPLE_NOTE', description: 'A note', required: false, default: null },
    { name: 'SAMPLE_FILE', description: 'Its file', required: false, default: null },
  ]);
});

describe('the internal listener', () => {
  const Listener = z.object(listenerEnvironment(7001)).transform(toListener);
  const tls = { LISTEN_TLS_CERT_FILE: 'c', LISTEN_TLS_KEY_FILE: 'k', LISTEN_TLS_CA_FILE: 'a' };

  test.for([
    { host: undefined, expected: '127.0.0.1' },
    { host: '127.0.0.2', expected: '127.0.0.2' },
    { host: 'localhost', expected: 'localhost' },
    { host: '::1', expected: '::1' },
  ])('is plain on loopback: $host', ({ host, expected }) => {
    expect(readConfig(Listener, { LISTEN_HOST: host })).toEqual({
      host: expected,
      port: 7001,
      drainGraceMs: 0,
      tls: null,
    });
  });

  test.for([{ host: '0.0.0.0' }, { host: '::' }, { host: '10.0.0.1' }, { host: '127.0.0.1.evil.example' }])(
    'without TLS off loopback is a fault: $host',
    ({ host }) => {
      expect(faultsOf(Listener, { LISTEN_HOST: host })).toEqual([
        expect.stringMatching(/^LISTEN_HOST is wrong/),
      ]);
      expect(faultsOf(Listener, { LISTEN_HOST: host, ...tls })).toEqual([]);
    },
  );

  test.for([
    { host: '0.0.0.0', set: undefined, expected: 5_000 },
    { host: '127.0.0.1', set: undefined, expected: 0 },
    { host: '0.0.0.0', set: '0', expected: 0 },
    { host: '127.0.0.1', set: '100', expected: 100 },
  ])('at $host with a grace of $set is drained for $expected ms', ({ host, set, expected }) => {
    const read = readConfig(Listener, { LISTEN_HOST: host, LISTEN_DRAIN_GRACE_MS: set, ...tls });
    expect(read.drainGraceMs).toBe(expected);
  });

  test('with part of its TLS files is a fault, also on loopback', () => {
    expect(faultsOf(Listener, { ...tls, LISTEN_TLS_CA_FILE: '' })).toEqual([
      'LISTEN_TLS_CERT_FILE is wrong: certificate, key and CA belong together',
    ]);
  });
});
