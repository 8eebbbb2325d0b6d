import { type Command, InvalidArgumentError } from 'commander';
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { reasonOf, UsageFault } from './command-fault.ts';
import { missing, type PlatformCard } from './platform-card.ts';
import { type TlsFiles } from './read-tls-files.ts';
import { type Terminal } from './terminal.ts';

/** What the options below were given as. */
export type ConsumerOptions = {
  readonly edge?: string;
  readonly as: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly from?: string;
  readonly fromOds?: string;
  readonly fqdn?: string;
};

/** The consumer system that calls, and the edge that it calls. */
export type ConsumerSystem = {
  readonly edgeUrl: string;
  /** Absolute names. */
  readonly tls: TlsFiles;
  readonly asid: string;
  readonly odsCode: string;
  readonly fqdn: string;
};

/** Gives a command the options that say who calls the edge; none need be given where a card is. */
export function addConsumerOptions(command: Command): Command {
  return command
    .optionsGroup('Calling the edge (defaults: as the card says):')
    .option('--edge <url>', 'https://host or https://host:port', readEdgeUrl)
    .option(
      '--as <consumer>',
      'consumer of the card: good, other, revoked, expired, untrusted, wrongFqdn',
      'good',
    )
    .option('--ca <file>', 'authorities that the edge’s certificate must come from, PEM')
    .option('--cert <file>', 'the consumer’s certificate, then its issuer, PEM; needs --key')
    .option('--key <file>', 'its private key, PEM; it is read and never shown')
    .option('--from <asid>', 'the consumer’s ASID')
    .option('--from-ods <ods>', 'ODS code of the organisation that the ASID belongs to')
    .option('--fqdn <name>', 'its registered name, for the token (default: CN of --cert)')
    .optionsGroup('Options:');
}

function readEdgeUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol !== 'https:' || url.pathname !== '/' || url.search !== '') {
    throw new InvalidArgumentError('give https://host or https://host:port, nothing behind it');
  }
  return url.origin;
}

/** @throws UsageFault naming the options that are missing, where no card makes up for them */
export function consumerSystem(
  options: ConsumerOptions,
  card: PlatformCard | null,
  { cwd }: Terminal,
): ConsumerSystem {
  const ofCard = card === null ? undefined : consumerOf(card, options.as);
  const edgeUrl = options.edge ?? card?.edge.https;
  const asid = options.from ?? ofCard?.asid;
  const odsCode = options.fromOds ?? ofCard?.odsCode;
  const cert = options.cert === undefined ? ofCard?.cert : resolve(cwd, options.cert);
  const key = options.key === undefined ? ofCard?.key : resolve(cwd, options.key);
  if (
    edgeUrl === undefined ||
    asid === undefined ||
    odsCode === undefined ||
    cert === undefined ||
    key === undefined
  ) {
    const given = { '--edge': edgeUrl, '--cert': cert, '--key': key, '--from': asid, '--from-ods': odsCode };
    throw missing(Object.entries(given).flatMap(([name, value]) => (value === undefined ? [name] : [])));
  }
  const ca = options.ca === undefined ? null : resolve(cwd, options.ca);
  const named = options.cert === undefined ? ofCard?.fqdn : undefined;
  return {
    edgeUrl,
    tls: { ca: ca ?? card?.path(card.pki.ca) ?? null, cert, key },
    asid,
    odsCode,
    fqdn: options.fqdn ?? named ?? commonName(cert),
  };
}

function consumerOf(card: PlatformCard, name: string) {
  const consumer = card.consumers[name];
  if (consumer === undefined) {
    throw new UsageFault(
      `${card.file} has no consumer ${name}; it has ${Object.keys(card.consumers).join(', ')}`,
    );
  }
  return { ...consumer, cert: card.path(consumer.cert), key: card.path(consumer.key) };
}

function commonName(certFile: string): string {
  try {
    const { subject } = new X509Certificate(readFileSync(certFile));
    const name = /^CN=(.+)$/m.exec(subject)?.[1];
    if (name !== undefined) return name;
  } catch (error) {
    throw new UsageFault(`the certificate cannot be read: ${reasonOf(error)}`);
  }
  throw new UsageFault(`${certFile} has no CN: give the consumer's name with --fqdn`);
}
