import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SetupError } from '../setup-error.ts';
import { findProgram } from './find-program.ts';
import { withProgress } from './with-progress.ts';

/** The Kafka that the local stack and the tests run. */
export const kafkaVersion = '4.1.1';

const downloadMs = 600_000;
const run = promisify(execFile);

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>ssp</groupId>
  <artifactId>kafka-jars</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_2.13</artifactId>
      <version>${kafkaVersion}</version>
    </dependency>
    <!-- Without a binding Kafka logs nothing, and a start that fails says nothing. -->
    <dependency>
      <groupId>org.apache.logging.log4j</groupId>
      <artifactId>log4j-slf4j-impl</artifactId>
      <version>2.24.3</version>
    </dependency>
  </dependencies>
</project>
`;

const jarsIn = (cacheDir: string): string => join(cacheDir, `kafka-${kafkaVersion}`);

/** Whether Kafka is in the cache already. */
export async function areKafkaJarsCached(cacheDir: string): Promise<boolean> {
  return access(jarsIn(cacheDir)).then(
    () => true,
    () => false,
  );
}

/** Kafka's jars, downloaded with Maven at the first asking; the folder appears whole or not at all. */
export async function kafkaJars(cacheDir: string, report: (line: string) => void): Promise<string> {
  const jars = jarsIn(cacheDir);
  if (await areKafkaJarsCached(cacheDir)) return jars;
  await mkdir(cacheDir, { recursive: true });
  const draft = await mkdtemp(join(cacheDir, 'kafka-draft-'));
  try {
    await writeFile(join(draft, 'pom.xml'), pom);
    const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', '-DoutputDirectory=jars'];
    const mvn = (await findProgram('mvn')) ?? 'mvn';
    await withProgress(`Downloading Kafka ${kafkaVersion} with Maven`, report, () =>
      run(mvn, ['-B', '-q', ...goal], { cwd: draft, timeout: downloadMs }),
    );
    // Another start may have been quicker; its folder is as good as ours.
    await rename(join(draft, 'jars'), jars).catch(async (error: unknown) => {
      if (!(await areKafkaJarsCached(cacheDir))) throw error;
    });
    return jars;
  } catch (cause) {
    throw new SetupError(
      `Maven could not download Kafka ${kafkaVersion}; name a running broker in SSP_KAFKA_BROKERS or allow access to Maven Central.`,
      { cause },
    );
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}
