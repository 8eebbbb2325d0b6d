import { type ClientBase } from 'pg';

const hourMs = 3_600_000;

/**
 * Notes in the transaction that counts that hours have changed which may have been reconciled: no hour is before it has ended, so most
 * batches have none to note.
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
      update billing.reconciled_hour as kept set changes = kept.changes + 1
      from (
        select hour from billing.reconciled_hour where hour = any($1::timestamptz[]) order by hour for update
      ) as changed
      where kept.hour = changed.hour`,
    values: [[...ended]],
  });
}
