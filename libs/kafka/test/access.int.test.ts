import { readFileSync } from 'node:fs';
import { copyFile, mkdtempDisposable, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { topics } from '@ssp/contracts';
import { runOurs, startGuardedKafka } from '@ssp/testing';
import kafkajs, { type Kafka } from 'kafkajs';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterAll, expect, test, vi } from 'vitest';
import {
  boundsReader,
  connectKafka,
  consume,
  ensureAccess,
  KafkaAccess,
  startPublisher,
} from '../src/index.ts';
import { afterLast, texts } from './rig.ts';

const [received, completed] = topics.map(({ topic }) => topic);
if (received === undefined || completed === undefined) throw new Error('there are two topics');
const infra = join(import.meta.dirname, '../../../infra/kafka');
const access = KafkaAccess.parse(JSON.parse(await readFile(join(infra, 'access.json'), 'utf8')));
const log = pino({ level: 'silent' });
const patience = { publishTimeoutMs: 60_000 };

const resources = new AsyncDisposableStack();
afterAll(() => resources.disposeAsync());
const guarded = await startGuardedKafka(await readFile(join(infra, 'guard.properties'), 'utf8'), resources);

async function as(name: string) {
  return connectKafka({ brokers: guarded.brokers, clientId: name, tls: await guarded.certified(name) }, log);
}
const jobs = await as('jobs');
const { caFile, certFile, keyFile } = await guarded.certified('jobs');
const made = await runOurs('apps/audit-writer/src/make-topics.main.ts', [], {
  KAFKA_BROKERS: guarded.brokers.join(','),
  KAFKA_TLS_CA_FILE: caFile,
  KAFKA_TLS_CERT_FILE: certFile,
  KAFKA_TLS_KEY_FILE: keyFile,
  KAFKA_ACCESS_FILE: join(infra, 'access.json'),
});

test('the job that makes the topics gives each grant once, and takes what is no longer granted', async () => {
  expect(made).toMatchObject({ status: 0, out: expect.stringContaining('"granted":16,"taken":0') });
  expect(await ensureAccess(jobs, access)).toEqual({ granted: 0, taken: 0 });
  const none = { read: [], groups: [], write: [], watchTopics: [], watchGroups: [] };
  const more = { guest: { ...none, read: [completed], groups: ['guest'] } };
  expect(await ensureAccess(jobs, more)).toEqual({ granted: 2, taken: 0 });
  const less = { guest: { ...none, read: [completed] } };
  expect(await ensureAccess(jobs, less)).toEqual({ granted: 0, taken: 1 });
  expect(await ensureAccess(jobs, { guest: none })).toEqual({ granted: 0, taken: 1 });
  expect(await ensureAccess(jobs, access)).toEqual({ granted: 0, taken: 0 });
});

test('what is granted is enough: who tells can tell, who reads can read in its group and see how far the topics go', async () => {
  await using own = new AsyncDisposableStack();
  for (const name of Object.keys(access)) {
    const publisher = startPublisher(await as(name), patience, log, new Registry(), own);
    for (const topic of access[name]?.write ?? []) await publisher.publish(topic, `${topic} by ${name}`);
  }
  for (const [name, { read, groups }] of Object.entries(access)) {
    if (read.length === 0) continue;
    const kafka = await as(name);
    const seen = new Set<string>();
    const [groupId = ''] = groups;
    const handle = (batch: Parameters<typeof texts>[0]) => {
      for (const text of texts(batch)) seen.add(text);
      return Promise.resolve(afterLast(batch));
    };
    await consume(kafka, { groupId, topics: read, handle }, log, new Registry(), own);
    const expected = read.flatMap((topic) =>
      Object.keys(access)
        .filter((writer) => access[writer]?.write.includes(topic))
        .map((writer) => `${topic} by ${writer}`),
    );
    await expect.poll(() => [...seen].toSorted()).toEqual(expected.toSorted());
    const bounds = boundsReader(kafka, new AbortController().signal, own);
    for (const topic of read) expect(await bounds(topic)).toHaveLength(6);
  }
});

/** A client as a thief of these files would have one. */
function clientWith(files: { caFile: string; certFile?: string; keyFile?: string }): Kafka {
  return new kafkajs.Kafka({
    brokers: [...guarded.brokers],
    ssl: {
      ca: readFileSync(files.caFile),
      ...(files.certFile !== undefined && { cert: readFileSync(files.certFile) }),
      ...(files.keyFile !== undefined && { key: readFileSync(files.keyFile) }),
    },
    retry: { retries: 0 },
    logLevel: kafkajs.logLevel.NOTHING,
  });
}

test('who watches the lag sees how far topics and groups have come', async () => {
  const kafka = clientWith(await guarded.certified('lag-watcher'));
  for (const topic of [received, completed]) expect(await look(kafka, topic)).toHaveLength(6);
  for (const groupId of ['audit-writer', 'billing-aggregator'])
    expect(await placeOf(groupId)(kafka)).toEqual([expect.objectContaining({ topic: completed })]);
});

async function tell(kafka: Kafka, topic: string): Promise<unknown> {
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  await producer.connect();
  try {
    return await producer.send({ topic, messages: [{ value: 'x' }] });
  } finally {
    await producer.disconnect();
  }
}

/** Reads without a group, which nobody need grant. */
async function look(kafka: Kafka, topic: string): Promise<unknown> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    return await admin.fetchTopicOffsets(topic);
  } finally {
    await admin.disconnect();
  }
}

async function joinGroup(kafka: Kafka, groupId: string, topic: string): Promise<unknown> {
  const consumer = kafka.consumer({ groupId, allowAutoTopicCreation: false });
  await consumer.connect();
  try {
    const crashed = new Promise((_, failed) => {
      consumer.on(consumer.events.CRASH, ({ payload }) => failed(payload.error));
    });
    await consumer.subscribe({ topic });
    await consumer.run({ eachMessage: () => Promise.resolve() });
    return await crashed;
  } finally {
    await consumer.disconnect();
  }
}

const administer =
  (deed: (admin: ReturnType<Kafka['admin']>) => Promise<unknown>) => async (kafka: Kafka) => {
    const admin = kafka.admin();
    await admin.connect();
    try {
      return await deed(admin);
    } finally {
      await admin.disconnect();
    }
  };

const placeOf = (groupId: string) =>
  administer(async (admin) => {
    await admin.fetchTopicOffsets(completed);
    return admin.fetchOffsets({ groupId, topics: [completed] });
  });

async function whyNot(act: Promise<unknown>): Promise<string> {
  try {
    await act;
    return 'it may';
  } catch (error) {
    const [first = error] = error instanceof kafkajs.KafkaJSAggregateError ? error.errors : [];
    if (first instanceof kafkajs.KafkaJSProtocolError) return first.type;
    return first instanceof Error ? first.message : String(first);
  }
}

test.for([
  { who: 'edge', deed: 'read in a group', act: (kafka: Kafka) => joinGroup(kafka, 'edge', received) },
  {
    who: 'edge',
    deed: 'read for another',
    act: (kafka: Kafka) => joinGroup(kafka, 'audit-writer', received),
  },
  { who: 'audit-writer', deed: 'tell of beginnings', act: (kafka: Kafka) => tell(kafka, received) },
  {
    who: 'audit-writer',
    deed: "move billing's place",
    act: (kafka: Kafka) => joinGroup(kafka, 'billing-aggregator', completed),
  },
  { who: 'billing-aggregator', deed: 'tell anything', act: (kafka: Kafka) => tell(kafka, completed) },
  { who: 'billing-aggregator', deed: 'see full targets', act: (kafka: Kafka) => look(kafka, received) },
  { who: 'console', deed: 'tell of beginnings', act: (kafka: Kafka) => tell(kafka, received) },
  { who: 'query-api', deed: 'tell of beginnings', act: (kafka: Kafka) => tell(kafka, received) },
  { who: 'authz-admin-api', deed: 'tell of beginnings', act: (kafka: Kafka) => tell(kafka, received) },
  { who: 'throttle-admin-api', deed: 'tell of beginnings', act: (kafka: Kafka) => tell(kafka, received) },
  { who: 'lag-watcher', deed: 'tell anything', act: (kafka: Kafka) => tell(kafka, completed) },
  {
    who: 'lag-watcher',
    deed: 'read what it watches',
    act: (kafka: Kafka) => joinGroup(kafka, 'audit-writer', completed),
  },
  { who: 'lag-watcher', deed: 'see the place of others', act: placeOf('other') },
  { who: 'throttle', deed: 'tell anything', act: (kafka: Kafka) => tell(kafka, completed) },
  { who: 'throttle', deed: 'see anything', act: (kafka: Kafka) => look(kafka, completed) },
  {
    who: 'edge',
    deed: 'make a topic',
    act: administer((admin) => admin.createTopics({ topics: [{ topic: 'other' }] })),
  },
  {
    who: 'edge',
    deed: 'delete a topic',
    act: administer((admin) => admin.deleteTopics({ topics: [completed] })),
  },
  {
    who: 'audit-writer',
    deed: 'have Kafka forget sooner',
    act: administer((admin) =>
      admin.alterConfigs({
        validateOnly: false,
        resources: [
          {
            type: kafkajs.ConfigResourceTypes.TOPIC,
            name: completed,
            configEntries: [{ name: 'retention.ms', value: '1' }],
          },
        ],
      }),
    ),
  },
  {
    who: 'audit-writer',
    deed: 'see who may what',
    act: administer((admin) =>
      admin.describeAcls({
        resourceType: kafkajs.AclResourceTypes.ANY,
        resourcePatternType: kafkajs.ResourcePatternTypes.ANY,
        operation: kafkajs.AclOperationTypes.ANY,
        permissionType: kafkajs.AclPermissionTypes.ANY,
      }),
    ),
  },
])('$who may not $deed', async ({ who, act }) => {
  // Of a group that it may not join the client says only that nobody leads it, of a topic that it may not see that one is wanted.
  const refusals =
    /^(TOPIC|CLUSTER|GROUP)_AUTHORIZATION_FAILED$|^Failed to find group coordinator$|^Not authorized to access topics/;
  expect(await whyNot(act(clientWith(await guarded.certified(who))))).toMatch(refusals);
});

test('nobody is let in without a certificate, or by one that another CA gave out', async () => {
  const forged = await guarded.forged('jobs');
  await expect(look(clientWith(forged), completed)).rejects.toThrow(/Connection error/);
  await expect(look(clientWith({ caFile: forged.caFile }), completed)).rejects.toThrow(/Connection error/);
});

test('a renewed certificate is shown with the next connection, without a restart', async () => {
  await using dir = await mkdtempDisposable(join(tmpdir(), 'renewed-'));
  const [before, after] = [await guarded.forged('jobs'), await guarded.certified('jobs')];
  const tls = { ...after, certFile: join(dir.path, 'cert.pem'), keyFile: join(dir.path, 'key.pem') };
  const put = async (from: typeof tls) => {
    await copyFile(from.certFile, tls.certFile);
    await copyFile(from.keyFile, tls.keyFile);
  };
  await put(before);
  const connection = connectKafka({ brokers: guarded.brokers, clientId: 'jobs', tls }, log);
  await expect(ensureAccess(connection, access)).rejects.toThrow(/Connection error/);
  await put(after);
  await vi.waitFor(() => ensureAccess(connection, access), { timeout: 100_000, interval: 200 });
});
