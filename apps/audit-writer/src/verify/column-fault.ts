import { ExchangeClosed, ExchangeReceived } from '@ssp/contracts';
import { type AuditEntry, readEntry } from '../audit-entry.ts';
import { type EventColumns } from './chain-source.ts';

/**
 * Names the first column that does not say what the event's body says; null where all agree. A row `fromBefore` may lack the later
 * columns.
 */
export function columnFault(
  topic: string,
  body: string,
  held: EventColumns,
  fromBefore: boolean,
): string | null {
  const entry = storedEntry(topic, body);
  if (!entry) return 'its body is no event of this topic';
  const { fullUrl: _fullUrl, body: _body, numbered: _numbered, occurredAt, ...columns } = entry;
  if (held.occurredAt.getTime() !== Date.parse(occurredAt)) return 'its time is not that of its body';
  for (const [name, said] of Object.entries(columns)) {
    const value: unknown = Reflect.get(held, name);
    const isLacking = value === null && mayLack(name, entry, fromBefore);
    if (value !== said && !isLacking) return `its ${name} is not that of its body`;
  }
  return null;
}

/**
 * Columns that older rows have not got; what they hold must be true all the same. Whoever adds one also sets
 * `chain_head.columns_since` to where the rows with it begin.
 */
const laterColumns: ReadonlySet<string> = new Set([
  'decisionId',
  'certificateNames',
  'network',
  'senderOds',
  'receiverOds',
]);

/** While writers are brought up to date, an older one may keep what a newer one closed; its exchange is found by its beginning all the same. */
function mayLack(name: string, { kind }: AuditEntry, fromBefore: boolean): boolean {
  return (fromBefore && laterColumns.has(name)) || (kind === ExchangeClosed.type && name === 'w3cTraceId');
}

/** Reads a stored body as the event it was; the full URL, which stands elsewhere, plays no part in the columns. */
function storedEntry(topic: string, body: string): AuditEntry | null {
  try {
    if (topic !== ExchangeReceived.topic) return readEntry(topic, Buffer.from(body));
    const event: { data: object } = JSON.parse(body);
    return readEntry(topic, Buffer.from(JSON.stringify({ ...event, data: { ...event.data, url: '' } })));
  } catch {
    return null;
  }
}
