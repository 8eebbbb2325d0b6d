import { z } from 'zod';

/** The environment's part about Kafka, to be spread into a service's own schema. */
export const kafkaEnvironment = {
  KAFKA_BROKERS: z
    .string()
    .transform((list) => list.split(',').map((broker) => broker.trim()))
    .pipe(z.array(z.string().regex(/^[^\s:]+:\d+$|^\[[^\]]+\]:\d+$/, 'expected host:port')).min(1))
    .describe('Brokers to begin with, host:port, separated by commas'),
  KAFKA_CLIENT_ID: z.string().min(1).optional().describe('Name shown to the brokers; the service by default'),
  KAFKA_TLS_CA_FILE: z
    .string()
    .optional()
    .describe("CA of the brokers' certificates, PEM; turns TLS to the brokers on"),
  KAFKA_TLS_CERT_FILE: z.string().optional().describe('Certificate chain shown to the brokers, PEM'),
  KAFKA_TLS_KEY_FILE: z.string().optional().describe('Private key of that certificate, PEM'),
};

const KafkaEnvironment = z.object(kafkaEnvironment);

export type KafkaConfig = {
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** Null for plaintext. The client's certificate is for brokers that ask for one. */
  readonly tls: { readonly caFile: string; readonly certFile?: string; readonly keyFile?: string } | null;
};

/** Nests the parsed variables; `clientId` is what the brokers see unless the environment says otherwise. */
export function toKafkaConfig(env: z.output<typeof KafkaEnvironment>, clientId: string): KafkaConfig {
  return {
    brokers: env.KAFKA_BROKERS,
    clientId: env.KAFKA_CLIENT_ID ?? clientId,
    tls:
      env.KAFKA_TLS_CA_FILE === undefined
        ? null
        : {
            caFile: env.KAFKA_TLS_CA_FILE,
            ...(env.KAFKA_TLS_CERT_FILE !== undefined && { certFile: env.KAFKA_TLS_CERT_FILE }),
            ...(env.KAFKA_TLS_KEY_FILE !== undefined && { keyFile: env.KAFKA_TLS_KEY_FILE }),
          },
  };
}
