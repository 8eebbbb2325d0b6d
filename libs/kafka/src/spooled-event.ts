import { type QueuedEvent } from './event-queue.ts';

/** What the spool holds of an event; no topic's name has a line break. */
export function toPayload({ topic, value }: QueuedEvent): string {
  return `${topic}\n${value}`;
}

/** The event again; nobody waits for it any more. */
export function fromPayload(payload: string): QueuedEvent {
  const end = payload.indexOf('\n');
  return { topic: payload.slice(0, end), value: payload.slice(end + 1), settle: null };
}
