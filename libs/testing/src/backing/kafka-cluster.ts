import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BackingContext } from './backing-part.ts';
import { findJava } from './find-java.ts';
import { kafkaJars } from './kafka-jars.ts';
import { briefJvm, formatKafka, kafkaLogging, newClusterId } from './kafka-local.ts';
import { checkKafka } from './kafka-service.ts';
import { findFreePort } from './local-port.ts';
import { type LocalProgram, startProgram } from './local-program.ts';

/** One broker of a cluster; it is a controller too. */
export interface KafkaNode {
  /** As the cluster's metadata names it. */
  readonly id: number;
  readonly broker: string;
  readonly program: LocalProgram;
}

const ids = [1, 2, 3];

/** Starts three brokers; topics get three replicas, of which two must have what is acknowledged, as in production. */
export async function startKafkaCluster(dir: string, context: BackingContext): Promise<readonly KafkaNode[]> {
  await mkdir(dir, { recursive: true });
  const java = (await findJava()) ?? 'java';
  const classPath = join(await kafkaJars(context.cacheDir, context.report), '*');
  const logging = join(dir, 'log4j2.properties');
  await writeFile(logging, kafkaLogging());
  const jvm = [`-Dlog4j2.configurationFile=${logging}`, '-cp', classPath];
  const clusterId = newClusterId();
  const ports: NodePorts[] = [];
  for (const id of ids) ports.push({ id, port: await findFreePort(), controllerPort: await findFreePort() });
  const start = async (node: NodePorts): Promise<KafkaNode> => {
    const home = join(dir, String(node.id));
    await mkdir(home);
    const configuration = join(home, 'server.properties');
    const properties = (dataDir: string): string => nodeProperties(node, ports, dataDir);
    await writeFile(configuration, properties(join(home, 'data')));
    await formatKafka({ java, jvm, dir: home, properties, clusterId });
    const broker = `127.0.0.1:${node.port}`;
    const program = await startProgram(
      {
        command: java,
        args: ['-Xmx256m', ...briefJvm, ...jvm, 'kafka.Kafka', configuration],
        options: { name: `Kafka ${node.id}`, cwd: home },
        logFile: join(home, 'kafka.log'),
        check: () => checkKafka([broker]),
      },
      context.leash,
      context.resources,
    );
    return { id: node.id, broker, program };
  };
  // Each waits for another to elect a controller with.
  return Promise.all(ports.map(start));
}

interface NodePorts {
  readonly id: number;
  readonly port: number;
  readonly controllerPort: number;
}

function nodeProperties(
  { id, port, controllerPort }: NodePorts,
  all: readonly NodePorts[],
  dataDir: string,
): string {
  const voters = all.map((node) => `${node.id}@127.0.0.1:${node.controllerPort}`).join(',');
  return `process.roles=broker,controller
node.id=${id}
controller.quorum.voters=${voters}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}
advertised.listeners=PLAINTEXT://127.0.0.1:${port}
log.dirs=${dataDir}
auto.create.topics.enable=false
default.replication.factor=3
min.insync.replicas=2
offsets.topic.replication.factor=3
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=3
transaction.state.log.min.isr=2
transaction.state.log.num.partitions=4
group.initial.rebalance.delay.ms=0
`;
}
