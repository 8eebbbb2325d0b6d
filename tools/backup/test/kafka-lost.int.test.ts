import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { topics } from '@ssp/contracts';
import { connectKafka, ensureTopics } from '@ssp/kafka';
import { runOurs, startOwnKafka } from '@ssp/testing';
import { createDatabase } from '@ssp/testing/vitest';
import { Pool } from 'pg';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { makeFiles } from './audit-files.ts';
import { readBooks, readUpTo } from './books.ts';
import { runWell, servicesOn } from './services.ts';
import { toldOf } from './told-of.ts';
import { startTraffic } from './traffic.ts';

const tool = 'tools/backup/src/main.ts';
const patience = { timeout: 120_000 };

async function startKafka(resources: AsyncDisposableStack) {
  const { brokers, program } = await startOwnKafka(resources);
  const kafka = connectKafka({ brokers, clientId: 'backup-test', tls: null }, pino({ level: 'silent' }));
  await ensureTopics(kafka, topics);
  return { brokers, program, kafka, told: toldOf(kafka, resources) };
}

test('Kafka lost whole: what was written stays, and what edges tell the new one comes behind it, once', async () => {
  await using resources = new AsyncDisposableStack();
  const folder = resources.use(await mkdtempDisposable(join(tmpdir(), 'kafka-lost-'))).path;
  const { files } = await makeFiles(folder);
  const checkpoints = join(folder, 'checkpoints');
  const database = await createDatabase(resources);
  const pool = resources.adopt(new Pool({ connectionString: database.url }), (it) => it.end());

  const lost = await startKafka(resources);
  const platform = servicesOn(database, lost.brokers, { files, checkpoints });
  await platform.migrate();
  const services = platform.start(resources);
  const traffic = startTraffic(lost.kafka, resources);
  await traffic.publish(40);
  await expect.poll(() => readUpTo(pool), patience).toEqual(await lost.told());
  const written = await readBooks(pool);
  await services.stop();
  await lost.program.kill();

  const made = await startKafka(resources);
  const { env, start } = servicesOn(database, made.brokers, { files, checkpoints });
  // From spools, while nobody reads: some partitions reach farther than was read, others less far.
  const meanwhile = startTraffic(made.kafka, resources, 'spooled');
  await meanwhile.publish(40);
  expect(await runOurs(tool, ['check'], env)).toMatchObject({
    status: 3,
    out: expect.stringContaining('npm run backup -- advance'),
  });
  const advanced = await runWell(tool, ['advance'], env);
  expect(advanced.out).toMatch(/^ssp\.exchange\.completed\/\d goes on at \d+ now, behind which \d+ records/m);
  expect((await runWell(tool, ['advance'], env)).out).toContain('nothing is done');

  start(resources);
  await meanwhile.publish(10);
  await expect.poll(() => readUpTo(pool), patience).toEqual(await made.told());
  const { events, ledger } = await readBooks(pool);
  expect(events).toEqual(expect.arrayContaining([...(written['events'] ?? [])]));
  const exchanges = traffic.exchanges() + meanwhile.exchanges();
  expect(events).toHaveLength(2 * exchanges);
  expect(ledger).toHaveLength(exchanges);
  await runWell('apps/audit-writer/src/numbers.main.ts', [], env);
  await runWell('apps/audit-writer/src/verify.main.ts', [], {
    ...env,
    AUDIT_VERIFYING_KEY_FILE: files.verifyingKey,
    AUDIT_CHECKPOINT_FOLDER: checkpoints,
  });
});
