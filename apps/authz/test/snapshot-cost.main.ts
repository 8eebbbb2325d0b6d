// Loads the snapshot from filled tables, changes rows and brings it up to date, decides; prints what that took, as JSON.
// Run with --expose-gc; the tables are those of POSTGRES_URL and are changed.
import { openPool, postgresEnvironment, toPostgresConfig } from '@ssp/postgres';
import { createService, loadConfig } from '@ssp/service';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { z } from 'zod';
import { decide } from '../src/decide.ts';
import { type Loaded, loadSnapshot } from '../src/load-snapshot.ts';
import { readRulesVersion } from '../src/read-rules.ts';
import { type Snapshot } from '../src/snapshot.ts';
import { policy } from './decision-samples.ts';

const tolerance = { trailingSlash: 'ignored', port443: false } as const;
const decisions = 400_000;

await using resources = new AsyncDisposableStack();
const { log } = createService('snapshot-cost', resources);
const config = loadConfig(z.object(postgresEnvironment).transform((env) => toPostgresConfig(env, 'bench')));
const pool = openPool(config, log, resources);
// Connected before anything is measured.
await readRulesVersion(pool);

const emptyBytes = memory();
const first = await timed(() => loadSnapshot(pool, tolerance, null, log));
const filledBytes = memory();
const again = await timed(() => loadSnapshot(pool, tolerance, null, log));
let loaded: Loaded = again.result;

const updates: { readonly what: string; readonly ms: number; readonly stallMs: number }[] = [];
for (const { what, change } of changes()) {
  for (let turn = 0; turn < 5; turn += 1) {
    await pool.query(change);
    const { result, ms, stallMs } = await timed(() => loadSnapshot(pool, tolerance, loaded, log));
    // Rows taken in are not counted up, or the snapshot would be loaded whole in between.
    loaded = { ...result, rowsSinceRead: 0 };
    updates.push({ what: result.how === 'updated' ? what : `${what}, loaded whole`, ms, stallMs });
  }
}
const decideUs = costOfDeciding(loaded.snapshot);
const shown = ({ ms, stallMs }: { readonly ms: number; readonly stallMs: number }) => ({ ms, stallMs });
process.stdout.write(
  `${JSON.stringify({
    counts: loaded.snapshot.counts,
    heapBytes: filledBytes.heap - emptyBytes.heap,
    rssBytes: filledBytes.rss - emptyBytes.rss,
    first: shown(first),
    again: shown(again),
    updates,
    decideUs,
  })}\n`,
);

function changes(): readonly { readonly what: string; readonly change: string }[] {
  return [
    {
      what: '1 rule',
      change: `insert into authz.agreement (rule_id, agreement_id, priority, effect) values (gen_random_uuid()::text, 'a', 1, 'allow')`,
    },
    registrations(1),
    registrations(100),
    registrations(1_000),
    {
      what: '1,000 systems',
      change: `
        update authz.accredited_system set product_name = product_name || 'x'
        where asid in (select asid from authz.accredited_system limit 1000)`,
    },
    {
      what: '1 certificate name',
      change: `
        update authz.message_handler set fqdn = 'x' || fqdn
        where handler_id = (select handler_id from authz.message_handler where handler_id like 'C%' limit 1)`,
    },
  ];
}

function registrations(count: number) {
  return {
    what: `${count} registrations`,
    change: `
    update authz.message_handler set cpa_id = cpa_id || 'x' where handler_id in
      (select handler_id from authz.message_handler where fqdn is not null and interaction like '%:resource0-1' limit ${count})`,
  };
}

async function timed<Result>(work: () => Promise<Result>) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const startedMs = performance.now();
  const result = await work();
  const ms = performance.now() - startedMs;
  delay.disable();
  return { result, ms, stallMs: delay.max / 1e6 };
}

function memory(): { readonly heap: number; readonly rss: number } {
  if (globalThis.gc === undefined) throw new Error('run with --expose-gc');
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, rss } = process.memoryUsage();
  return { heap: heapUsed, rss };
}

/** CPU per decision over asks that are allowed, spread over all systems so that nothing stays in the processor's cache. */
function costOfDeciding(snapshot: Snapshot): number {
  const asks = allowedAsks(snapshot);
  const nowMs = Date.now();
  let allowed = 0;
  const run = (count: number) => {
    for (let number = 0; number < count; number += 1) {
      const ask = asks[number % asks.length];
      if (ask === undefined) continue;
      const { decision } = decide(snapshot, ask, { decisionId: 'd', nowMs, policy });
      if (decision === 'allow') allowed += 1;
    }
  };
  run(decisions);
  const before = process.cpuUsage();
  run(decisions);
  const { user, system } = process.cpuUsage(before);
  if (allowed !== 2 * decisions) throw new Error(`${allowed} of ${2 * decisions} were allowed`);
  return (user + system) / decisions;
}

function allowedAsks(snapshot: Snapshot) {
  const consumers = [...snapshot.systems.values()].filter(({ asid }) => asid.startsWith('2000'));
  const providers = [...snapshot.systems.values()].filter(({ asid }) => asid.startsWith('9181'));
  return consumers.flatMap((consumer, number) => {
    const provider = providers[(number * 7) % providers.length];
    const [interactionId] = consumer.interactions;
    const [name] = snapshot.namesByParty.get(consumer.partyKeyLower) ?? [];
    if (provider === undefined || interactionId === undefined || name === undefined) return [];
    const endpoint = snapshot.handlers.get(provider.partyKeyLower)?.get(interactionId)?.[0]?.endpoints[0];
    if (endpoint === undefined) return [];
    return [
      {
        certificateNames: [name],
        from: consumer.asid,
        to: provider.asid,
        interactionId,
        targetHost: endpoint.host,
        targetPath: `${endpoint.path}/Patient/2`,
        network: 'private' as const,
      },
    ];
  });
}
