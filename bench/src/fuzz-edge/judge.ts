import { type WireAnswer, type WireMessage, type WireReading } from '@ssp/testing';

/** What is wrong with how a payload was handled, seen from both ends; empty where all is well. */
export function judge(answer: WireAnswer, seen: readonly WireReading[]): string[] {
  const faults: string[] = [];
  if (answer.fault !== null) faults.push(`the consumer got no HTTP: ${answer.fault}`);
  if (answer.rest.length > 0) faults.push('the consumer got half an answer');
  if (answer.ending === 'open') faults.push('the connection was neither answered nor closed');
  for (const message of answer.messages) if (!isOurs(message)) faults.push('an answer without HSTS or id');
  const answered = answer.messages.filter(({ startLine }) => startLine.startsWith('HTTP/1.1 200 '));
  const whole = seen.flatMap(({ messages }) => messages);
  for (const { fault } of seen) if (fault !== null) faults.push(`the provider got no HTTP: ${fault}`);
  // A reset may have taken an answer with it; otherwise each request at the provider is one that was answered.
  const isCounted =
    answer.ending === 'reset' ? whole.length >= answered.length : whole.length === answered.length;
  if (!isCounted) faults.push(`${whole.length} requests at the provider for ${answered.length} answers`);
  for (const request of whole) faults.push(...requestFaults(request));
  if (answer.ending !== 'reset') {
    if (bodies(answered).join('\0') !== bodies(whole).join('\0')) faults.push('a body changed on its way');
  }
  return faults;
}

function isOurs({ startLine, headers }: WireMessage): boolean {
  if (startLine.startsWith('HTTP/1.1 100 ')) return true;
  const names = namesOf(headers);
  return names.includes('strict-transport-security') && names.includes('x-ssp-internalid');
}

const once = ['host', 'ssp-traceid', 'ssp-from', 'ssp-to', 'ssp-interactionid'];

function requestFaults({ headers, trailers }: WireMessage): string[] {
  const names = namesOf(headers);
  const faults = once
    .filter((name) => names.filter((it) => it === name).length !== 1)
    .map((name) => `the provider got ${name} not once`);
  if (headers[names.indexOf('host') * 2 + 1] !== 'orange.testlab.nhs.uk') faults.push('another Host');
  const forbidden = namesOf(trailers).filter(
    (name) => forbiddenTrailers.has(name) || name.startsWith('ssp-'),
  );
  return [...faults, ...forbidden.map((name) => `the trailer ${name}`)];
}

const forbiddenTrailers = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'authorization',
  'connection',
]);

const namesOf = (fields: readonly string[]) =>
  fields.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase());

const bodies = (messages: readonly WireMessage[]) =>
  messages.map(({ body }) => body.toString('latin1')).toSorted();
