import { expect, test } from 'vitest';
import { z } from 'zod';
import { kafkaEnvironment, toKafkaConfig } from './kafka-environment.ts';

const Environment = z.object(kafkaEnvironment);

test.for([
  {
    env: { KAFKA_BROKERS: 'a:9092, b:9092' },
    expected: { brokers: ['a:9092', 'b:9092'], clientId: 'edge', tls: null },
  },
  {
    env: { KAFKA_BROKERS: '[::1]:9092', KAFKA_CLIENT_ID: 'me', KAFKA_TLS_CA_FILE: 'ca.pem' },
    expected: { brokers: ['[::1]:9092'], clientId: 'me', tls: { caFile: 'ca.pem' } },
  },
])('$env.KAFKA_BROKERS is read', ({ env, expected }) => {
  expect(toKafkaConfig(Environment.parse(env), 'edge')).toEqual(expected);
});

test.for(['', 'a', 'a:', 'a:9092,'])('"%s" is refused as a list of brokers', (brokers) => {
  expect(Environment.safeParse({ KAFKA_BROKERS: brokers }).success).toBe(false);
});
