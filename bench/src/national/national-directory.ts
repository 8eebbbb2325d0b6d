import { interactions } from '@ssp/spine';

/** How many of each the directory holds. */
export type NationalSize = {
  readonly practices: number;
  readonly interactionsEach: number;
  readonly consumers: number;
};

/** 8,000 practices that answer 21 interactions each, and 40,000 systems that ask them. */
export const nationalSize: NationalSize = { practices: 8_000, interactionsEach: 21, consumers: 40_000 };

/** How many entries `nationalDirectory` makes: systems, the practices' registrations, and one of each consumer. */
export function entriesIn({ practices, interactionsEach, consumers }: NationalSize): number {
  return practices + practices * interactionsEach + 2 * consumers;
}

/**
 * A directory of that size as LDIF, a practice or a consumer at a time. Every entry has what the schema demands and the lengths of
 * the published samples. A practice has a party key, an endpoint and an nhsMhs per interaction; a consumer has an nhsAs with what it
 * may send and one nhsMhs of another service, which bears its certificate's name and no interaction that anybody asks for.
 */
export function* nationalDirectory(size: NationalSize): Generator<string> {
  yield 'dn: o=nhs\nobjectClass: organization\no: nhs\n\n';
  yield 'dn: ou=Services,o=nhs\nobjectClass: organizationalUnit\nou: Services\n\n';
  yield 'dn: ou=Organisations,o=nhs\nobjectClass: organizationalUnit\nou: Organisations\n\n';
  const answered = gpConnect.slice(0, size.interactionsEach);
  for (let practice = 0; practice < size.practices; practice += 1) yield practiceEntries(practice, answered);
  for (let consumer = 0; consumer < size.consumers; consumer += 1) yield consumerEntries(consumer);
}

const gpConnect = interactions.map(({ id }) => id).filter((id) => id.includes(':gpconnect:'));

/** The identifiers of a practice, so that others can ask for what was made. */
export function practiceIdentity(practice: number) {
  const number = padded(practice, 5);
  return {
    asid: `9181${padded(practice, 8)}`,
    ods: `G${number}`,
    partyKey: `G${number}-${padded(8_000_000 + practice, 7)}`,
    host: `p${number}.supplier${practice % 4}.thirdparty.nhs.uk`,
  };
}

/** The identifiers of a consumer. */
export function consumerIdentity(consumer: number) {
  const number = padded(consumer, 5);
  return {
    asid: `2000${padded(consumer, 8)}`,
    ods: `C${number}`,
    partyKey: `C${number}-${padded(9_000_000 + consumer, 7)}`,
    fqdn: `c${number}.consumer.thirdparty.nhs.uk`,
  };
}

/** The identifier of the nhsMhs by which a practice answers its nth interaction. */
export const handlerIdentity = (practice: number, nth: number) => `S${padded(practice, 8)}${padded(nth, 4)}`;

function practiceEntries(practice: number, answered: readonly string[]): string {
  const { asid, ods, partyKey, host } = practiceIdentity(practice);
  const supplier = `YGP${padded(practice % 4, 2)}`;
  const handlers = answered.map((interaction, nth) => {
    const place = interaction.includes(':documents:') ? 'documents' : 'structured';
    return handlerEntry({
      handlerId: handlerIdentity(practice, nth),
      ods,
      partyKey,
      interaction,
      endpoint: `https://${host}/${ods}/STU3/1/gpconnect/${place}/fhir`,
      fqdn: host,
      supplier,
    });
  });
  return systemEntry({ asid, ods, partyKey, sends: answered, supplier }) + handlers.join('');
}

function consumerEntries(consumer: number): string {
  const { asid, ods, partyKey, fqdn } = consumerIdentity(consumer);
  const supplier = `YGC${padded(consumer % 30, 2)}`;
  return (
    systemEntry({ asid, ods, partyKey, sends: gpConnect.slice(0, 8 + (consumer % 5)), supplier }) +
    handlerEntry({
      handlerId: `C${padded(consumer, 12)}`,
      ods,
      partyKey,
      interaction: 'urn:nhs:names:services:pdsquery:QUPA_IN000006UK02',
      endpoint: `https://${fqdn}/reliablemessaging/intermediary`,
      fqdn,
      supplier,
    })
  );
}

const person = 'uniqueIdentifier=555021935107,uniqueIdentifier=555008548101,uid=555008545108,ou=people,o=nhs';

function systemEntry(system: {
  readonly asid: string;
  readonly ods: string;
  readonly partyKey: string;
  readonly sends: readonly string[];
  readonly supplier: string;
}): string {
  const { asid, ods, partyKey, sends, supplier } = system;
  return `dn: uniqueIdentifier=${asid},ou=Services,o=nhs
objectClass: top
objectClass: nhsAs
uniqueIdentifier: ${asid}
nhsIDCode: ${ods}
nhsMHSPartyKey: ${partyKey}
nhsAsClient: ${ods}
nhsAsACF: RBAC
nhsProductKey: 7374
nhsProductName: System of ${supplier}
nhsMhsManufacturerOrg: ${supplier}
nhsRequestorURP: ${person}
nhsDateRequested: 20240102090000
nhsApproverURP: ${person}
nhsDateApproved: 20240103090000
${sends.map((interaction) => `nhsAsSvcIA: ${interaction}\n`).join('')}
`;
}

function handlerEntry(handler: {
  readonly handlerId: string;
  readonly ods: string;
  readonly partyKey: string;
  readonly interaction: string;
  readonly endpoint: string;
  readonly fqdn: string;
  readonly supplier: string;
}): string {
  const { handlerId, ods, partyKey, interaction, endpoint, fqdn, supplier } = handler;
  const service = interaction.split(':').slice(0, 5).join(':');
  return `dn: uniqueIdentifier=${handlerId},ou=Services,o=nhs
objectClass: top
objectClass: nhsMhs
uniqueIdentifier: ${handlerId}
nhsMhsCPAId: ${handlerId}
nhsIDCode: ${ods}
nhsMHSPartyKey: ${partyKey}
nhsMhsSvcIA: ${interaction}
nhsMHsSN: ${service}
nhsMHsIN: ${interaction.slice(service.length + 1)}
nhsMHSEndPoint: ${endpoint}
nhsMhsFQDN: ${fqdn}
nhsMhsManufacturerOrg: ${supplier}
nhsEPInteractionType: FHIR
nhsMHSIsAuthenticated: none
nhsMHSAckRequested: never
nhsMHSDuplicateElimination: never
nhsMHSSyncReplyMode: None
nhsProductKey: 11080
nhsContractPropertyTemplateKey: 14
nhsRequestorURP: ${person}
nhsDateRequested: 20240102090000
nhsApproverURP: ${person}
nhsDateApproved: 20240103090000
nhsDNSApprover: ${person}
nhsDateDNSApproved: 20240103090000

`;
}

const padded = (number: number, digits: number) => String(number).padStart(digits, '0');
