import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { sendOverWire, startWireProvider, type WireMessage } from '@ssp/testing';
import { backingServices } from '@ssp/testing/vitest';
import { exampleHeaders } from './consumer.ts';
import { edgeRig, targetPath } from './rig.ts';

/** What stands in the target of a request that must never reach the provider as one. */
export const contraband = `${targetPath}/CONTRABAND`;

/** Bytes of an attacker, and what both ends may see of them. */
export type Attack = {
  readonly name: string;
  /** In latin1; several pieces go out one after the other. */
  readonly bytes: string | readonly string[];
  /** Status of every answer, in order; none where the connection just ends. */
  readonly statuses: readonly number[];
  /** Whole requests that the provider gets. */
  readonly forwarded: number;
  /** Whether the connection is left open; otherwise the edge ends it. */
  readonly staysOpen?: true;
};

/** An edge between an attacker with a good certificate and a provider that keeps every byte. */
export async function attackRig(
  resources: AsyncDisposableStack,
  environment: Readonly<Record<string, string>> = {},
) {
  const { pki } = backingServices();
  const provider = await startWireProvider(pki, resources);
  const rig = await edgeRig(resources, {
    EDGE_CONNECT_TO: `orange.testlab.nhs.uk:443:${provider.address}`,
    ...environment,
  });
  const { cert, key } = pki.consumers.good;
  const context = createSecureContext({
    cert: readFileSync(cert),
    key: readFileSync(key),
    ca: readFileSync(pki.ca),
  });
  const send = (
    pieces: string | readonly string[],
    isEnough: (answers: readonly WireMessage[]) => boolean = () => false,
    quietMs = 30_000,
  ) =>
    sendOverWire({
      port: rig.edge.port,
      context,
      pieces: typeof pieces === 'string' ? [pieces] : pieces,
      quietMs,
      isEnough: ({ messages }) => isEnough(messages),
    });
  return { ...rig, wire: provider, context, send };
}

type AttackRig = Awaited<ReturnType<typeof attackRig>>;

/** Sends an attack and tells what either end saw of it. */
export async function observe(rig: AttackRig, { bytes, statuses, staysOpen }: Attack) {
  rig.wire.forget();
  const answer = await rig.send(bytes, (answers) => staysOpen === true && answers.length >= statuses.length);
  const seen = rig.wire.readings();
  const whole = seen.flatMap(({ messages }) => messages);
  return {
    ending: answer.ending,
    statuses: answer.messages.map(statusOf),
    forwarded: whole.length,
    smuggled: whole.filter(({ startLine }) => startLine.includes('CONTRABAND')),
    faults: [answer.fault, ...seen.map(({ fault }) => fault)].filter((fault) => fault !== null),
    halfAnswer: answer.rest.toString('latin1'),
    notOurs: answer.messages.filter((message) => !isOurs(message)),
    inside: innerWords.exec(answer.bytes.toString('latin1')),
  };
}

/** What both ends must see of an attack. */
export function expected({ statuses, forwarded, staysOpen }: Attack): Awaited<ReturnType<typeof observe>> {
  return {
    ending: staysOpen === true ? 'open' : 'closed',
    statuses: [...statuses],
    forwarded,
    smuggled: [],
    faults: [],
    halfAnswer: '',
    notOurs: [],
    inside: null,
  };
}

/** Paths, hosts and stacks of ours, which are nobody's business. */
const innerWords = /node_modules|\.ts:|127\.0\.0\.1|    at /;

export function statusOf({ startLine }: WireMessage): number {
  return Number(startLine.slice(9, 12));
}

/** Every answer carries HSTS and an id, whoever wrote it. */
function isOurs({ headers, startLine }: WireMessage): boolean {
  if (startLine.startsWith('HTTP/1.1 100 ')) return true;
  const names = new Set(headers.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase()));
  return names.has('strict-transport-security') && names.has('x-ssp-internalid');
}

/** A request of a sound consumer, line by line; what is given is put in as it is. */
export function request(parts: {
  readonly method?: string;
  readonly target?: string;
  readonly version?: string;
  readonly host?: string;
  /** Between the Ssp headers and the end of the head. */
  readonly lines?: readonly string[];
  readonly body?: string;
}): string {
  const { method = 'POST', target = `${targetPath}/Patient`, version = 'HTTP/1.1', body = '' } = parts;
  return [
    `${method} ${target} ${version}`,
    parts.host ?? 'Host: proxy.ssp.example.nhs.uk',
    ...Object.entries(exampleHeaders).map(([name, value]) => `${name}: ${value}`),
    ...(parts.lines ?? []),
    '',
    body,
  ].join('\r\n');
}

/** The request that an attacker wants forwarded unseen. */
export const smuggled = request({ method: 'GET', target: contraband });
