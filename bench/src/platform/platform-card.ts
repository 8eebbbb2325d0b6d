import { readFile } from 'node:fs/promises';
import { z } from 'zod';

const Certified = z.object({ cert: z.string(), key: z.string() });
const Process = z.object({ pid: z.int(), admin: z.string() });
const processes = z.tuple([Process]).rest(Process);

/** What the benchmark needs of `.local/platform.json`; paths are relative to the repository's root. */
export const PlatformCard = z.object({
  version: z.literal(1),
  pid: z.int(),
  edge: z.object({ https: z.url() }),
  pki: z.object({ ca: z.string(), crls: z.array(z.string()) }),
  consumers: z.object({
    good: Certified.extend({ asid: z.string(), odsCode: z.string(), fqdn: z.string() }),
  }),
  providers: z.array(
    z.object({ asid: z.string(), endpoints: z.record(z.string(), z.string()), address: z.string() }),
  ),
  services: z.object({
    edge: processes,
    authz: processes,
    throttle: processes,
    'audit-writer': processes,
    'billing-aggregator': processes,
    'sample-provider': processes,
  }),
  noAgreement: z.object({ asid: z.string() }),
  postgres: z.url(),
  redis: z.url(),
  kafka: z.array(z.string()).min(1),
});
export type PlatformCard = z.output<typeof PlatformCard>;

/** The card of the platform that runs from this checkout, or null where none runs. @throws Error for a card that lacks something */
export async function readCard(file: string): Promise<PlatformCard | null> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return null;
  const card = PlatformCard.safeParse(JSON.parse(text));
  if (!card.success) throw new Error(`.local/platform.json lacks something: ${z.prettifyError(card.error)}`);
  return isAlive(card.data.pid) ? card.data : null;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
