import { changeEvent, LimitsChanged } from '@ssp/contracts';
import { countChanges } from '@ssp/service/operator';
import { type ClientBase } from 'pg';
import { diffLimits, noLimits } from '../limits/diff-limits.ts';
import { readStoredLimits, type StoredLimits } from '../limits/stored-limits.ts';

const changesMax = 200;
// Within what the publisher takes, with room for the rest of the event.
const changesLengthMax = 200 * 1_024;

/** The event of one version: what differs from the one before it, up to a bound. */
export async function readLimitsEvent(client: ClientBase, stored: StoredLimits): Promise<LimitsChanged> {
  const { version, at, kind, who, why, document } = stored;
  const former = await readStoredLimits(client, String(BigInt(version) - 1n));
  const changes = diffLimits(former?.document ?? noLimits, document ?? noLimits);
  let length = 0;
  const listed = changes.slice(0, changesMax).filter((change) => {
    length += JSON.stringify(change).length;
    return length <= changesLengthMax;
  });
  return changeEvent(
    LimitsChanged.type,
    { source: '/ssp/throttle', at: at ?? new Date(0) },
    {
      version,
      kind,
      who,
      why,
      counts: countChanges(changes),
      changes: listed,
      changesLeftOut: changes.length - listed.length,
    },
  );
}
