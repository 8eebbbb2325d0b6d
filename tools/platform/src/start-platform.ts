import { mkdir } from 'node:fs/promises';
import { topics } from '@ssp/contracts';
import { readPeople } from '@ssp/identity-provider';
import { connectKafka, ensureTopics } from '@ssp/kafka';
import { createDevelopmentPki, startBackingServices, startLeash } from '@ssp/testing';
import { pino } from 'pino';
import { buildCard } from './build-card.ts';
import { createPortChooser } from './free-port.ts';
import { keepBacking } from './keep-backing.ts';
import { keepGivingWay } from './keep-giving-way.ts';
import { type PlatformPaths } from './paths.ts';
import { jobPlans } from './job-plans.ts';
import { type PlanContext } from './plan.ts';
import { processPlans } from './plans.ts';
import { type PlatformCard, removeCard, writeCard } from './platform-card.ts';
import { type Report } from './progress.ts';
import { runPlatformJob } from './run-job.ts';
import { readProviders } from './sample-directory.ts';
import { readSecrets } from './secrets.ts';
import { supervise, type Supervised } from './supervise.ts';

/** Starts everything, in the order of what needs what; resolves with the card once all of it is ready. */
export async function startPlatform(
  paths: PlatformPaths,
  {
    ownPrograms = false,
    ...person
  }: Pick<PlanContext, 'inherited' | 'connectTo'> & {
    /** True for who kills backing services: all are programs on the leash. */
    readonly ownPrograms?: boolean;
  },
  report: Report,
  resources: AsyncDisposableStack,
): Promise<PlatformCard> {
  await mkdir(paths.logs, { recursive: true });
  // Throws while another platform runs from here; what a killed one left is cleared up.
  const leash = await startLeash(paths.leash, resources);
  await removeCard(paths.card);
  const stopping = new AbortController();
  resources.defer(() => removeCard(paths.card));
  const pki = await createDevelopmentPki(paths.pki, { now: new Date() });
  const secrets = await readSecrets(paths.secrets);
  const backing = await startBackingServices(
    { dir: paths.backing, pki, leash, report, ownPrograms },
    resources,
  );

  const kafka = connectKafka(
    { brokers: backing.kafka.brokers, clientId: 'platform', tls: null },
    pino({ level: 'silent' }),
  );
  const port = createPortChooser(resources);
  const context: PlanContext = { paths, pki, backing, secrets, port, ...person };
  const jobs = jobPlans(context);
  await Promise.all([
    ensureTopics(kafka, topics),
    ...jobs.migrations.map((job) => runPlatformJob(job, leash)),
  ]);
  await Promise.all(jobs.loads.map((job) => runPlatformJob(job, leash)));
  report('topics and tables are there');

  const people = await readPeople(paths.identity);
  const providers = await readProviders(backing.ldap);
  const hosts = new Set(
    providers.flatMap(({ endpoints }) =>
      Object.values(endpoints).map((endpoint) => new URL(endpoint).hostname),
    ),
  );
  const { addresses, plans } = await processPlans(context, [...hosts]);
  const running: Supervised[] = [];
  const card = () => buildCard({ paths, pki, backing, secrets, addresses, providers, people, running });
  let complete = false;
  const onRestart = async () => {
    if (complete) await writeCard(paths.card, card());
  };
  resources.defer(async () => {
    stopping.abort();
    // The door first, while what it still has to tell finds Kafka and its consumers at work.
    await Promise.all(running.filter(isEdge).map((it) => it.stop()));
    await Promise.all(running.map((it) => it.stop()));
  });
  for (const plan of plans) running.push(await supervise(plan, leash, report, onRestart, stopping.signal));
  await Promise.all(
    running.map(async ({ plan, ready }) => {
      await ready;
      report(`${plan.name} is ready`);
    }),
  );
  keepBacking(backing, report, stopping.signal);
  const postgres = backing.postgres.program;
  if (postgres !== undefined) void keepGivingWay(postgres, stopping.signal);
  complete = true;
  await writeCard(paths.card, card());
  return card();
}

const isEdge = ({ plan }: Supervised) => plan.name === 'edge';
