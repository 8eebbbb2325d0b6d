import { type Counts } from '../platform/ledger.ts';

/** What was sent to the platform, what it refused of that, and what its books hold. */
export type Counting = { readonly sent: number; readonly refused: number } & Counts;

/** What the books have gained. */
export function countedBetween(
  load: { readonly sent: number; readonly refused: number },
  before: Counts,
  after: Counts,
): Counting {
  return {
    ...load,
    received: after.received - before.received,
    completed: after.completed - before.completed,
    usage: after.usage - before.usage,
  };
}

/** Whether every request is audited as received and as completed, and counted unless it was refused, once each. */
export function isExact({ sent, refused, received, completed, usage }: Counting): boolean {
  return received === sent && completed === sent && usage === sent - refused;
}

/** One line for people. */
export function countingLine(counting: Counting): string {
  const { sent, refused, received, completed, usage } = counting;
  const counted = refused === 0 ? `usage ${usage}` : `usage ${usage} + refused ${refused}`;
  const numbers = `sent ${sent} = received ${received} = completed ${completed} = ${counted}`;
  return isExact(counting) ? numbers : `${numbers.replaceAll(' =', ' |')}: THESE DIFFER`;
}
