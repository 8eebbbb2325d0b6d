import { Asid, InteractionId } from '@ssp/spine';
import { z } from 'zod';
import { askTrace } from './ask-trace.ts';

/** Where the edge posts a batch of questions to authz, and in which order the answers come: that of the asks. */
export const decisionsPath = '/v1/decisions';

/** Most names of a certificate that are asked about; what stands behind them is nobody's registered name. */
export const certificateNamesMax = 100;

/** Where an edge serves: the private network of health and care, or the internet. */
export const networks = ['private', 'internet'] as const;
export type Network = (typeof networks)[number];

/** May this certificate's holder send this interaction from this ASID to that one at this target? */
export const AuthzAsk = z.object({
  /** CN and dNSNames of the client certificate. */
  certificateNames: z.array(z.string()).max(certificateNamesMax),
  from: Asid,
  to: Asid,
  interactionId: InteractionId,
  /** The target's host as asked for. */
  targetHost: z.string(),
  /** The target's path as asked for; empty where the host alone was named. */
  targetPath: z.string(),
  /** Whence the consumer came; over the internet only systems of a category may. */
  network: z.enum(networks).default('private'),
  ...askTrace,
});
export type AuthzAsk = z.infer<typeof AuthzAsk>;

/** Who takes part, as far as the directory knows; kept in audit and used for payment. */
export const Parties = z.object({
  senderOds: z.string().nullable(),
  receiverOds: z.string().nullable(),
  /** The payee: manufacturer of the receiving system, else its product name. */
  supplier: z.string().nullable(),
});
export type Parties = z.infer<typeof Parties>;

export const authzRefusals = [
  'certificate-name-unknown',
  'sender-not-authorised',
  'receiver-not-authorised',
  'receiver-unknown',
  'endpoint-mismatch',
  'no-agreement',
] as const;

export const AuthzAnswer = z.discriminatedUnion('decision', [
  z.object({
    decision: z.literal('allow'),
    decisionId: z.string(),
    rulesVersion: z.string(),
    parties: Parties,
    /** The registered endpoint that covers the target: the only host that may be dialled. */
    endpoint: z.string(),
    /** The name that the same registration gives its server (nhsMhsFQDN), lower-cased; null where it gives none. */
    providerFqdn: z.string().nullable().default(null),
    agreementId: z.string(),
  }),
  z.object({
    decision: z.literal('refuse'),
    decisionId: z.string(),
    rulesVersion: z.string(),
    parties: Parties,
    refusal: z.enum(authzRefusals),
    /** The endpoint and CPA id that the target varies from, verbatim from the directory. */
    endpoint: z.string().optional(),
    cpaId: z.string().optional(),
  }),
  /** The ask itself could not be read; the others of its batch are not harmed. */
  z.object({ decision: z.literal('unreadable'), fault: z.string() }),
]);
export type AuthzAnswer = z.infer<typeof AuthzAnswer>;
