import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  admissionsPath,
  answerBatch,
  ThrottleAnswer,
  type ThrottleCaller,
  ThrottleUseAnswer,
  throttleUsePath,
} from '@ssp/contracts';
import { createService, type LinkFiles, type Service } from '@ssp/service';
import { backingServices } from '@ssp/testing/vitest';
import { type Logger, pino } from 'pino';
import { expect } from 'vitest';
import { type LimitsDocument } from '../src/limits/limits-document.ts';
import { startThrottle } from '../src/throttle.ts';

export const metadata = 'urn:nhs:names:services:gpconnect:fhir:rest:read:metadata-1';
export const slots = 'urn:nhs:names:services:gpconnect:fhir:rest:search:slot-1';
export const ask = { from: '200000000359', to: '918999198738', interactionId: metadata };
export const otherProvider = '918999198993';

/** So many asks that are alike. */
export const repeated = (times: number) => Array.from({ length: times }, () => ask);

/** So little comes back that a test never sees it. */
export const onlyBurst = (burst: number) => ({ perSecond: 0.001, burst });

type Rule = Omit<LimitsDocument['limits'][number], 'id' | 'mode'> & {
  readonly id?: string;
  readonly mode?: 'enforce' | 'shadow' | 'off';
};

type RigOptions = {
  /** Of a Redis of its own; several separated by commas. */
  readonly url?: string;
  readonly cluster?: boolean;
  /** For an address with rediss. */
  readonly files?: LinkFiles;
  readonly passwordFile?: string;
  readonly timeoutMs?: number;
  readonly processesMin?: number;
  /** Of another rig, to count together with it. */
  readonly hashTag?: string;
  /** Where Redis is not there, or not for this rig. */
  readonly withoutRedis?: boolean;
  readonly log?: Logger;
};

/** Waits until throttle counts in Redis: where the machine is slow, the first heartbeat was too late for that. `knock` is a batch without asks. */
export async function countsTogether(service: Service, knock: () => Promise<unknown>): Promise<void> {
  const state = async () => {
    const { redis } = (await service.health.report()).checks;
    if (redis !== 'ok') await knock();
    return redis;
  };
  await expect.poll(state).toBe('ok');
}

/** Starts throttle as it runs in production, on keys of its own, with these limits and no others; a rule's id is its `per` unless given. */
export async function startRig(
  resources: AsyncDisposableStack,
  limits: readonly Rule[],
  {
    url = backingServices().redis.url,
    cluster = false,
    files = { caFile: null, certFile: null, keyFile: null },
    passwordFile,
    // Long enough that a busy machine makes nobody count alone.
    timeoutMs = 30_000,
    processesMin = 1,
    hashTag = randomUUID(),
    withoutRedis = false,
    log = pino({ level: 'silent' }),
    ...document
  }: Partial<Omit<LimitsDocument, 'limits'>> & RigOptions = {},
) {
  const dir = resources.adopt(await mkdtemp(join(tmpdir(), 'throttle-')), (it) =>
    rm(it, { recursive: true }),
  );
  const limitsFile = join(dir, 'limits.json');
  const stated = limits.map((rule) => ({ id: rule.per, ...rule }));
  const shares = { weights: {}, below: 0 };
  await writeFile(
    limitsFile,
    JSON.stringify({ classes: {}, costs: {}, shares, limits: stated, ...document }),
  );
  const service = createService('throttle', resources, { log });
  const { port } = await startThrottle(
    {
      listen: { host: '127.0.0.1', port: 0, drainGraceMs: 0, tls: null },
      redis: { urls: url.split(','), cluster, passwordFile, files, timeoutMs },
      processesMin,
      limitsFile,
      postgres: null,
      hashTag,
    },
    service,
  );
  service.health.started();
  const post = (body: unknown, path = admissionsPath) =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  if (!withoutRedis) await countsTogether(service, () => post({ asks: [] }));
  const admit = async (asks: readonly unknown[], caller?: ThrottleCaller) =>
    answerBatch(ThrottleAnswer).parse(await (await post({ asks, caller })).json()).answers;
  const use = async (...asids: readonly string[]) =>
    ThrottleUseAnswer.parse(await (await post({ asids }, throttleUsePath)).json());
  return { service, post, admit, use, hashTag };
}
