import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SetupError } from '../setup-error.ts';
import type { BackingContext } from './backing-part.ts';
import { findJava } from './find-java.ts';
import { kafkaJars } from './kafka-jars.ts';
import { checkKafka, type KafkaService, type KafkaTlsFiles } from './kafka-service.ts';
import { claimPort, findFreePort } from './local-port.ts';
import { startOnPort, startProgram } from './local-program.ts';
import { programFault } from './program-fault.ts';

const run = promisify(execFile);

/** What makes a broker speak TLS alone and ask who comes. */
export interface KafkaGuard extends KafkaTlsFiles {
  /** Certificate and key of the broker in one PEM file. */
  readonly keystore: string;
  /** Further settings, as in server.properties. */
  readonly settings: string;
}

/** Starts a single-node Kafka in KRaft mode, formatted at its first start. */
export async function startLocalKafka(
  dir: string,
  context: BackingContext,
  guard?: KafkaGuard,
): Promise<KafkaService> {
  await mkdir(dir, { recursive: true });
  const java = (await findJava()) ?? 'java';
  const classPath = join(await kafkaJars(context.cacheDir, context.report), '*');
  const configuration = join(dir, 'server.properties');
  const logging = join(dir, 'log4j2.properties');
  await writeFile(logging, kafkaLogging());
  const jvm = [`-Dlog4j2.configurationFile=${logging}`, '-cp', classPath];

  const claim = (): Promise<number> => claimPort(join(dir, 'port'));
  return startOnPort(claim, async (port) => {
    const controllerPort = await findFreePort();
    const properties = (dataDir: string): string =>
      `${serverProperties({ dataDir, port, controllerPort })}${guard === undefined ? '' : guarded(guard)}`;
    await writeFile(configuration, properties(join(dir, 'data')));
    await formatKafka({ java, jvm, dir, properties, clusterId: newClusterId() });
    const brokers = [`127.0.0.1:${port}`];
    const program = await startProgram(
      {
        command: java,
        args: ['-Xmx512m', ...(context.durable ? [] : briefJvm), ...jvm, 'kafka.Kafka', configuration],
        options: { name: 'Kafka', cwd: dir },
        logFile: join(context.dir, 'kafka.log'),
        check: () => checkKafka(brokers, guard),
      },
      context.leash,
      context.resources,
    );
    return { brokers, source: 'local', program };
  });
}

/** Half the CPU time to start, at the price of a slower broker later on: right for what runs briefly. */
export const briefJvm = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'] as const;

interface Formatting {
  readonly java: string;
  readonly jvm: readonly string[];
  readonly dir: string;
  /** The node's configuration, with its data in that folder. */
  readonly properties: (dataDir: string) => string;
  readonly clusterId: string;
}

/** Makes the data directory of a node, `data` within `dir`, at its first start. */
export async function formatKafka({ java, jvm, dir, properties, clusterId }: Formatting): Promise<void> {
  const dataDir = join(dir, 'data');
  const formatted = await access(join(dataDir, 'meta.properties')).then(
    () => true,
    () => false,
  );
  if (formatted) return;
  // Made beside its place, so that an interrupted format leaves nothing that looks complete.
  const draft = `${dataDir}.draft`;
  await rm(draft, { recursive: true, force: true });
  const config = join(dir, 'format.properties');
  await writeFile(config, properties(draft));
  const tool = [...briefJvm, ...jvm, 'kafka.tools.StorageTool'];
  try {
    await run(java, [...tool, 'format', `--cluster-id=${clusterId}`, `--config=${config}`]);
  } catch (cause) {
    throw new SetupError(`Kafka could not format its data directory ${dataDir}: ${programFault(cause)}`, {
      cause,
    });
  }
  await rename(draft, dataDir);
}

/** A UUID in base64url, as Kafka writes them: 22 characters. */
export function newClusterId(): string {
  return randomBytes(16).toString('base64url');
}

function serverProperties(node: {
  readonly dataDir: string;
  readonly port: number;
  readonly controllerPort: number;
}): string {
  return `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${node.controllerPort}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:${node.port},CONTROLLER://127.0.0.1:${node.controllerPort}
advertised.listeners=PLAINTEXT://127.0.0.1:${node.port}
log.dirs=${node.dataDir}
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
group.initial.rebalance.delay.ms=0
`;
}

/** Of a setting that is given twice the later one holds. */
function guarded({ caFile, keystore, settings }: KafkaGuard): string {
  return `listener.security.protocol.map=PLAINTEXT:SSL,CONTROLLER:SSL
inter.broker.listener.name=PLAINTEXT
ssl.keystore.type=PEM
ssl.keystore.location=${keystore}
ssl.truststore.type=PEM
ssl.truststore.location=${caFile}
${settings}
`;
}

/** Warnings and worse, to standard output. */
export function kafkaLogging(): string {
  return `appender.out.type=Console
appender.out.name=OUT
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=%d{ISO8601} %-5p %c{1} %m%n
rootLogger.level=WARN
rootLogger.appenderRef.out.ref=OUT
`;
}
