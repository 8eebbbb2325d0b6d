import { type Counts } from '../platform/ledger.ts';

/** What was sent to the platform, and what its books hold of it. */
export type Counting = { readonly sent: number } & Counts;

/** What the books have gained. */
export function countedBetween(sent: number, before: Counts, after: Counts): Counting {
  return {
    sent,
    received: after.received - before.received,
    completed: after.completed - before.completed,
    usage: after.usage - before.usage,
  };
}

/** Whether every request sent is audited as received and as completed, and counted, once each. */
export function isExact({ sent, received, completed, usage }: Counting): boolean {
  return received === sent && completed === sent && usage === sent;
}

/** One line for people. */
export function countingLine(counting: Counting): string {
  const { sent, received, completed, usage } = counting;
  const numbers = `sent ${sent} = received ${received} = completed ${completed} = usage ${usage}`;
  return isExact(counting) ? numbers : `${numbers.replaceAll(' =', ' |')}: THESE DIFFER`;
}
