import { mkdir } from 'node:fs/promises';
import { urlSealer } from '@ssp/contracts';
import { connectKafka, consume, startPublisher, watchBacklog } from '@ssp/kafka';
import { openPool, ping, readOffsets, requireRole, requireSchema } from '@ssp/postgres';
import { type ListenAddress, readSigningKey, type Service } from '@ssp/service';
import { auditSchema } from './audit-schema.ts';
import { auditedTopics } from './audit-entry.ts';
import { keepClosing } from './closing/keep-closing.ts';
import { CheckpointFolder } from './checkpoint-folder.ts';
import { type AuditWriterConfig } from './config.ts';
import { keepCheckpoints } from './keep-checkpoints.ts';
import { keepEvents } from './keep-events.ts';
import { keepMonths } from './keep-months.ts';
import { auditMetrics } from './metrics.ts';
import { watchNumbers } from './numbers/watch-numbers.ts';
import { readUrlKey } from './read-url-key.ts';
import { startSearchApi } from './search/search-api.ts';

/** Writes every event of the audited topics to Postgres, once, and answers searches. @returns where it answers them */
export async function startAuditWriter(config: AuditWriterConfig, service: Service): Promise<ListenAddress> {
  const { log, resources, health } = service;
  const metrics = auditMetrics(service.metrics);
  const pool = openPool(config.postgres, log, resources, { metrics: service.metrics });
  await requireRole(pool, config.postgres);
  await requireSchema(pool, auditSchema, health);
  health.addCheck('postgres', () => ping(pool));
  await keepMonths(pool, log, resources);
  if (config.checkpoints) {
    const { keyFile, intervalMs, folder } = config.checkpoints;
    const given = folder === null ? null : new CheckpointFolder(folder);
    // Made at once, so that what nobody may write is told now, and verify finds it before there is anything in it.
    if (folder !== null) await mkdir(folder, { recursive: true });
    else
      log.warn('checkpoints are in the database alone: whoever owns it could cut off the end of the audit');
    const onSigned = async () => given?.giveOut(pool, new Date());
    const settings = { key: readSigningKey(keyFile), intervalMs, onSigned };
    keepCheckpoints(pool, settings, metrics, log, resources);
  } else log.warn('no signing key is given: whoever can rewrite the whole audit could hide it');
  const sealUrl = config.urlKeyFile === null ? null : urlSealer(readUrlKey(config.urlKeyFile));
  if (sealUrl === null) log.warn('no key of the auditors is given: full URLs lie open in the tables');
  const kafka = connectKafka(config.kafka, log);
  const offsets = () => readOffsets(pool, 'audit');
  const watched = { topics: auditedTopics, readOffsets: offsets };
  watchBacklog(kafka, watched, metrics.backlog, log, resources);
  watchNumbers(pool, kafka, config.gapAfterMs, metrics, service);
  const consumer = await consume(
    kafka,
    {
      groupId: config.groupId,
      topics: auditedTopics,
      readOffsets: offsets,
      concurrency: 3,
      handle: keepEvents(pool, sealUrl, log, metrics),
    },
    log,
    service.metrics,
    resources,
  );
  consumer.failed.catch(service.fail);
  health.addCheck('kafka', () => consumer.checkReady());
  const publisher = startPublisher(kafka, {}, log, service.metrics, resources);
  keepClosing({ pool, publisher, metrics, closeAfterMs: config.closeAfterMs }, kafka, log, resources);
  return startSearchApi(config, { pool, publisher, metrics }, service);
}
