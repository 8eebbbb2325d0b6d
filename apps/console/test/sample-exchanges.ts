import { createHash } from 'node:crypto';
import { ExchangeCompleted, ExchangeReceived } from '@ssp/contracts';

const parties = [
  { supplier: 'Orange Health', ods: 'B82617', asid: '918999198738', meanMs: 42, weight: 5 },
  { supplier: 'Birch & Sons Systems', ods: 'A82038', asid: '918999198993', meanMs: 88, weight: 3 },
  { supplier: 'Cedar Clinical', ods: 'C81010', asid: '918999199084', meanMs: 140, weight: 2 },
] as const;
const consumers = [
  { ods: 'A20047', asid: '200000000359' },
  { ods: 'R1A14', asid: '200000000360' },
] as const;
const interactions = [
  'read:metadata-1',
  'search:patient-1',
  'search:slot-1',
  'create:appointment-1',
] as const;

type Identity = Omit<ExchangeReceived['data'], 'logReference' | 'url'>;

/** The events of one exchange: its beginning and its end. */
export type SampleExchange = {
  readonly internalId: string;
  readonly received: string;
  readonly completed: string;
};

/** Some months of an imagined platform. */
export type Sample = {
  readonly exchanges: readonly SampleExchange[];
  /** Of an exchange that went well, on 31 March 2026 as the one below. */
  readonly forwardedTraceId: string;
  /** Of one that authz refused. */
  readonly refusedTraceId: string;
};

/** February and March 2026. Of the same `salt` it is always the same; of another, only the ids are others. */
export function sampleExchanges(salt: string): Sample {
  const exchanges: SampleExchange[] = [];
  for (let day = 0; day < 59; day += 1) {
    const isWorkday = new Date(Date.UTC(2026, 1, 1 + day)).getUTCDay() % 6 !== 0;
    const amount = (isWorkday ? 12 : 4) + (day % 4);
    for (let each = 0; each < amount; each += 1) exchanges.push(exchangeOf(salt, day, each));
  }
  return {
    exchanges,
    forwardedTraceId: idOf(`${salt}/58/1/trace`),
    refusedTraceId: idOf(`${salt}/58/0/trace`),
  };
}

function exchangeOf(salt: string, day: number, each: number): SampleExchange {
  const draw = drawer(`${day}/${each}`);
  const provider =
    parties.flatMap((party) => Array<typeof party>(party.weight).fill(party))[draw(10)] ?? parties[0];
  const consumer = consumers[draw(consumers.length)] ?? consumers[0];
  const interaction = interactions[draw(interactions.length)] ?? interactions[0];
  const isTold = day === 58 && each === 1;
  const isRefused = (day === 58 && each === 0) || (!isTold && draw(25) === 0);
  const isThrottled = !isTold && !isRefused && draw(40) === 0;
  const isFailed = !isTold && !isRefused && !isThrottled && draw(50) === 0;
  const providerMs = provider.meanMs * (0.5 + draw(1_000) / 1_000) * (draw(20) === 0 ? 6 : 1);
  const at = new Date(Date.UTC(2026, 1, 1 + day, 7 + draw(12), draw(60), draw(60), draw(1_000)));
  const traceId = idOf(`${salt}/${day}/${each}/trace`);
  const internalId = idOf(`${salt}/${day}/${each}`);
  const wasForwarded = !isRefused && !isThrottled;
  const status = isRefused ? 403 : isThrottled ? 429 : isFailed ? 502 : draw(15) === 0 ? 404 : 200;

  const identity: Identity = {
    internalId,
    traceId,
    from: consumer.asid,
    to: provider.asid,
    interactionId: `urn:nhs:names:services:gpconnect:fhir:rest:${interaction}`,
    method: 'GET',
    redactedUrl: `https://${provider.ods.toLowerCase()}.example.nhs.uk/fhir/Patient?identifier=**********`,
    contentType: null,
    connection: {
      remoteAddress: '10.20.0.7',
      tlsProtocol: 'TLSv1.3',
      tlsCipher: 'TLS_AES_256_GCM_SHA384',
      certificateSerial: '0a1b2c',
      certificateDn: `CN=${consumer.ods.toLowerCase()}.consumer.example.nhs.uk`,
      certificateNames: [`${consumer.ods.toLowerCase()}.consumer.example.nhs.uk`],
      revocation: 'fresh',
    },
    bearer: { state: 'read', alg: 'none', claims: { iss: 'https://consumer.example.nhs.uk' } },
  };
  const envelope = {
    specversion: '1.0',
    source: '/ssp/edge/sample',
    datacontenttype: 'application/json',
  } as const;
  const received: ExchangeReceived = {
    ...envelope,
    id: `${internalId}.received`,
    type: ExchangeReceived.type,
    time: at.toISOString(),
    data: {
      ...identity,
      logReference: 'SSP0001',
      url: identity.redactedUrl.replace('**********', '9476719931'),
    },
  };
  const totalMs = wasForwarded ? providerMs + 2.4 + draw(30) / 10 : 2.1 + draw(20) / 10;
  const completed: ExchangeCompleted = {
    ...envelope,
    id: `${internalId}.completed`,
    type: ExchangeCompleted.type,
    time: new Date(at.getTime() + Math.ceil(totalMs)).toISOString(),
    data: {
      ...identity,
      logReference: 'SSP0015',
      outcome: isFailed ? 'failed' : wasForwarded ? 'forwarded' : 'refused',
      status,
      providerStatus: wasForwarded && !isFailed ? status : null,
      refusal: isRefused
        ? 'no-agreement'
        : isThrottled
          ? 'consumer-limit'
          : isFailed
            ? 'provider-unreachable'
            : null,
      refusalDetail: null,
      decisionId: idOf(`${salt}/${day}/${each}/decision`),
      agreementId: isRefused ? null : 'DSA-2026-014',
      rulesVersion: '7',
      network: 'private',
      parties: { senderOds: consumer.ods, receiverOds: provider.ods, supplier: provider.supplier },
      admission: null,
      endpoint: wasForwarded ? `https://${provider.ods.toLowerCase()}.example.nhs.uk/fhir` : null,
      providerAddress: wasForwarded ? '10.30.0.9:443' : null,
      requestBytes: 400 + draw(400),
      responseBytes: wasForwarded ? 2_000 + draw(60_000) : 180,
      timings: {
        totalMs,
        announceMs: 0.9,
        authoriseMs: 0.6,
        admitMs: isRefused ? null : 0.4,
        providerFirstByteMs: wasForwarded && !isFailed ? providerMs * 0.8 : null,
        providerMs: wasForwarded ? providerMs : null,
      },
    },
  };
  return { internalId, received: JSON.stringify(received), completed: JSON.stringify(completed) };
}

/** Numbers below a bound that follow from the name alone. */
function drawer(name: string): (below: number) => number {
  let drawn = 0;
  return (below) => digest(`${name}#${(drawn += 1)}`).readUInt32BE(0) % below;
}

function idOf(name: string): string {
  const hex = digest(name).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const digest = (name: string) => createHash('sha256').update(`ssp sample ${name}`).digest();
