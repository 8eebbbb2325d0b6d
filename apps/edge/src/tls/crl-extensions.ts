import { type DerReader, oidText, tags } from './der.ts';

/** Which certificates of its issuer a CRL speaks of (RFC 5280 5.2.5). */
export type CrlScope = {
  /** The partition's own addresses; null for a list that is not partitioned. */
  readonly distributionPoints: readonly string[] | null;
  readonly only: 'all' | 'user' | 'ca';
};

export type CrlExtensions = {
  /** Big-endian; null where the list is not numbered. */
  readonly number: bigint | null;
  readonly scope: CrlScope;
  /** Why a list with such extensions must not be used; null for one that may be. */
  readonly obstacle: CrlObstacle | null;
};

export type CrlObstacle =
  | 'critical-extension'
  | 'delta'
  | 'indirect'
  | 'attribute-certificates'
  | 'some-reasons'
  | 'distribution-point';

const oids = {
  number: '2.5.29.20',
  deltaIndicator: '2.5.29.27',
  issuingDistributionPoint: '2.5.29.28',
  authorityKeyIdentifier: '2.5.29.35',
} as const;

const whole: CrlScope = { distributionPoints: null, only: 'all' };

/** Reads what follows a CRL's entries; `wrapper` is null where nothing does. Throws a DerError. */
export function readCrlExtensions(wrapper: DerReader | null): CrlExtensions {
  let number: bigint | null = null;
  let scope = whole;
  let obstacle: CrlObstacle | null = null;
  if (wrapper === null) return { number, scope, obstacle };
  for (const { oid, isCritical, value } of extensionsOf(wrapper.read(tags.sequence))) {
    if (oid === oids.number) number = unsigned(value.read(tags.integer).content());
    else if (oid === oids.deltaIndicator) obstacle = 'delta';
    else if (oid === oids.issuingDistributionPoint) {
      const point = readIssuingDistributionPoint(value.read(tags.sequence).inside());
      scope = point.scope;
      obstacle ??= point.obstacle;
    } else if (isCritical && oid !== oids.authorityKeyIdentifier) obstacle ??= 'critical-extension';
  }
  return { number, scope, obstacle };
}

function unsigned(octets: Buffer): bigint {
  return BigInt(`0x${octets.toString('hex') || '0'}`);
}

/**
 * Throws an Error for an entry whose critical extension we do not know, above all another issuer's name: the whole list
 * must not be used then (RFC 5280 5.3).
 */
export function readEntryExtensions(extensions: DerReader): void {
  const list = extensions.inside();
  while (list.hasMore()) {
    const extension = list.read(tags.sequence).inside();
    extension.read(tags.oid);
    if (extension.readIf(tags.boolean) && extension.bytes[extension.start] !== 0)
      throw new Error('an entry has a critical extension');
  }
}

/** The extensions of a certificate or a CRL: each one's dotted name, and a reader of its value. */
export function* extensionsOf(
  extensions: DerReader,
): Generator<{ readonly oid: string; readonly isCritical: boolean; readonly value: DerReader }> {
  const list = extensions.inside();
  while (list.hasMore()) {
    const extension = list.read(tags.sequence).inside();
    const oid = oidText(extension.read(tags.oid).content());
    const isCritical = extension.readIf(tags.boolean) && extension.bytes[extension.start] !== 0;
    yield { oid, isCritical, value: extension.read(tags.octetString).inside() };
  }
}

function readIssuingDistributionPoint(point: DerReader): {
  readonly scope: CrlScope;
  readonly obstacle: CrlObstacle | null;
} {
  let distributionPoints: readonly string[] | null = null;
  let only: CrlScope['only'] = 'all';
  let obstacle: CrlObstacle | null = null;
  while (point.hasMore()) {
    const { tag } = point.next();
    if (tag === 0xa0) {
      distributionPoints = readPointName(point.inside());
      if (distributionPoints.length === 0) obstacle = 'distribution-point';
    } else if (tag === 0x83) obstacle = 'some-reasons';
    else if (point.bytes[point.start] === 0) continue;
    else if (tag === 0x81) only = 'user';
    else if (tag === 0x82) only = 'ca';
    else if (tag === 0x84) obstacle = 'indirect';
    else if (tag === 0x85) obstacle = 'attribute-certificates';
    else obstacle = 'critical-extension';
  }
  return { scope: { distributionPoints, only }, obstacle };
}

const fullName = 0xa0;
const uri = 0x86;

/** The addresses in a DistributionPointName; none where it is relative to the issuer's name. */
export function readPointName(name: DerReader): readonly string[] {
  const uris: string[] = [];
  if (!name.readIf(fullName)) return uris;
  const names = name.inside();
  while (names.hasMore()) {
    if (names.next().tag === uri) uris.push(names.content().toString('latin1'));
  }
  return uris;
}

/** Whether a list of this scope speaks of a certificate that names these distribution points. */
export function covers(
  scope: CrlScope,
  certificate: { readonly isCa: boolean; readonly distributionPoints: readonly string[] },
): boolean {
  if (scope.only === (certificate.isCa ? 'user' : 'ca')) return false;
  const { distributionPoints } = scope;
  return (
    distributionPoints === null ||
    certificate.distributionPoints.some((point) => distributionPoints.includes(point))
  );
}

/** Tells lists of one issuer apart that do not replace each other. */
export function scopeKey({ distributionPoints, only }: CrlScope): string {
  return `${only} ${distributionPoints?.toSorted().join(' ') ?? ''}`;
}
