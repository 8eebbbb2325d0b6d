import { type PlatformCard } from '../src/platform-card.ts';
import { type Asked } from '../src/consumer.ts';

/** What makes the good request a bad one, and the refusal that comes of it. */
export const refusedRequests = [
  {
    fault: 'another ASID',
    change: { from: '200000000360' },
    status: 403,
    refusal: 'sender-not-authorised',
    text: () => 'ASID_CHECK_FAILED_MESSAGESENDER_200000000360',
  },
  {
    fault: 'a receiver without that interaction',
    change: { to: '200000000360' },
    status: 403,
    refusal: 'receiver-not-authorised',
    text: () => 'PARTYKEY_INTERACTION_CHECK_FAILED_MESSAGERECEIVER_200000000360',
  },
  {
    fault: 'another target than the registered endpoint',
    change: { url: 'https://orange.testlab.nhs.uk/B82617/STU3/1/gpconnect/fhirx/Patient' },
    status: 400,
    refusal: 'endpoint-mismatch',
    text: (asked: Asked, card: PlatformCard) =>
      `ENDPOINT_${card.providers.find(({ asid }) => asid === asked.to)?.endpoints[asked.interaction]}_CPAID_`,
  },
] as const;
