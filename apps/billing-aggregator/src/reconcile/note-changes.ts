import { type ClientBase } from 'pg';

const hourMs = 3_600_000;

/**
 * Notes in the transaction that counts that hours have changed which may have been reconciled: no hour is before it has ended, so most
 * batches have none to note. It makes the row where there is none, so that whoever reconciles the hour for the first time just now waits
 * for this transaction: else what it counts would be neither seen nor noticed.
 */
export async function noteChanges(
  client: ClientBase,
  counted: readonly { readonly hour: string }[],
  nowMs = Date.now(),
): Promise<void> {
  const ended = new Set<string>();
  for (const { hour } of counted) if (Date.parse(hour) + hourMs <= nowMs) ended.add(hour);
  if (ended.size === 0) return;
  await client.query({
    name: 'note-changes',
    // In one order everywhere, so that two processes cannot block each other for ever.
    text: `
      insert into billing.reconciled_hour as kept (hour, changes)
      select hour, 1 from unnest($1::timestamptz[]) as changed (hour) order by hour
      on conflict (hour) do update set changes = kept.changes + 1`,
    values: [[...ended]],
  });
}
