import { readFile } from 'node:fs/promises';
import { Redis } from 'ioredis';
import { Kafka, logLevel } from 'kafkajs';
import { Client } from 'ldapts';
import { Client as PostgresClient } from 'pg';
import { expect, test } from 'vitest';
import { backingServices, createDatabase } from '../src/vitest.ts';

test('Postgres gives a test file an empty database of its own', async () => {
  await using resources = new AsyncDisposableStack();
  const database = await createDatabase(resources);
  const { host, port, user, passwordFile } = database;
  const password = await readFile(passwordFile, 'utf8');
  const client = new PostgresClient({ host, port, user, password, database: database.database });
  resources.defer(() => client.end());
  await client.connect();
  const { rows } = await client.query('select current_database() as name, version() as version');
  expect(rows).toEqual([{ name: database.database, version: expect.stringContaining('PostgreSQL 18') }]);
});

test('Redis runs scripts', async () => {
  const redis = new Redis(backingServices().redis.url);
  expect(await redis.eval('return ARGV[1]', 0, 'from Lua')).toBe('from Lua');
  redis.disconnect();
});

test('Kafka makes a topic when asked, and none by itself', async () => {
  const kafka = new Kafka({ brokers: [...backingServices().kafka.brokers], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: 'asked-for', numPartitions: 3 }], waitForLeaders: true });
  const { topics } = await admin.fetchTopicMetadata({ topics: ['asked-for'] });
  expect(topics[0]?.partitions).toHaveLength(3);
  await expect(admin.fetchTopicMetadata({ topics: ['unasked'] })).rejects.toThrow('does not host');
  await admin.disconnect();
});

test.for([
  { filter: '(&(objectClass=nhsAs)(uniqueIdentifier=200000000359))', expected: 1 },
  { filter: '(&(nhsIDCode=A20047)(objectClass=nhsMhs))', expected: 19 },
  { filter: '(&(nhsIDCode=B82617)(objectClass=nhsMhs))', expected: 21 },
  { filter: '(&(nhsMHSPartyKey=y90001-9190001)(objectClass=nhsMhs))', expected: 8 },
  { filter: '(nhsIDCode=b82617)', expected: 0 },
  { filter: '(objectClass=*)', expected: 68 },
])('OpenLDAP answers anybody $filter with $expected entries', async ({ filter, expected }) => {
  const { ldap, pki } = backingServices();
  const [ca, cert, key] = await Promise.all(
    [ldap.caFile, pki.sdsClient.cert, pki.sdsClient.key].map((file) => readFile(file)),
  );
  const client = new Client({ url: ldap.url, tlsOptions: { ca: [ca ?? ''], cert, key } });
  const { searchEntries } = await client.search(ldap.baseDn, { filter });
  // Other tests keep copies of the directory under units of their own, named by UUIDs.
  const own = searchEntries.filter(({ dn }) => !/ou=[0-9a-f-]{36},/.test(dn));
  expect(own).toHaveLength(expected);
  await client.unbind();
});
