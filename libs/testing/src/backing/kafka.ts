import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SetupError } from '../setup-error.ts';
import type { BackingContext, BackingPart } from './backing-part.ts';
import { startContainer } from './container.ts';
import { areKafkaJarsCached, kafkaVersion } from './kafka-jars.ts';
import { startLocalKafka } from './kafka-local.ts';
import { checkKafka, type KafkaService } from './kafka-service.ts';
import { findProgram } from './find-program.ts';
import { findJava } from './find-java.ts';

/** The Kafka of the backing services. */
export function kafkaPart(context: BackingContext): BackingPart<KafkaService> {
  const { kafkaBrokers } = context.environment;
  return {
    name: 'Kafka',
    image: { name: `apache/kafka:${kafkaVersion}` },
    needs: async () => [
      { program: 'java (17 or newer)', debianPackage: 'default-jre-headless', find: findJava },
      ...((await areKafkaJarsCached(context.cacheDir))
        ? []
        : [{ program: 'mvn', debianPackage: 'maven', find: () => findProgram('mvn') }]),
    ],
    fromEnvironment: kafkaBrokers === undefined ? undefined : () => reachKafka(kafkaBrokers),
    startContainer: () => startKafkaContainer(context),
    startLocal: () => startLocalKafka(join(context.dir, 'kafka'), context),
  };
}

async function reachKafka(brokers: readonly string[]): Promise<KafkaService> {
  await checkKafka(brokers).catch((cause: unknown) => {
    throw new SetupError(`SSP_KAFKA_BROKERS: ${brokers.join(',')} does not answer.`, { cause });
  });
  return { brokers, source: 'environment', program: undefined };
}

async function startKafkaContainer(context: BackingContext): Promise<KafkaService> {
  const dir = join(context.dir, 'kafka');
  await mkdir(dir, { recursive: true });
  const port = await startContainer(
    {
      name: 'Kafka',
      dir,
      image: `apache/kafka:${kafkaVersion}`,
      port: 9092,
      environment: (hostPort) => ({
        KAFKA_NODE_ID: '1',
        KAFKA_PROCESS_ROLES: 'broker,controller',
        KAFKA_LISTENERS: 'PLAINTEXT://:9092,CONTROLLER://:9093',
        KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://127.0.0.1:${hostPort}`,
        KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
        KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
        KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
        KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
        KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
        KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS: '4',
        KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
        KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
        KAFKA_TRANSACTION_STATE_LOG_NUM_PARTITIONS: '4',
        KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
        KAFKA_LOG_DIRS: '/var/lib/kafka/data',
        CLUSTER_ID: 'c3BpbmVTZWN1cmVQcm94eQ',
      }),
      dataPath: '/var/lib/kafka/data',
      check: (hostPort) => checkKafka([`127.0.0.1:${hostPort}`]),
    },
    context,
  );
  return { brokers: [`127.0.0.1:${port}`], source: 'container', program: undefined };
}
