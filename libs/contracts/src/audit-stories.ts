import { z } from 'zod';
import { AuditedExchange } from './audit-search.ts';
import { ExchangeClosed } from './exchange-closed.ts';
import { AuditedAdmission, ExchangeCompleted } from './exchange-events.ts';

/** Where the audit tells the story of each exchange of a trace: `?traceId=` or `?w3cTraceId=`, or of one: `?internalId=`. */
export const auditedStoriesPath = '/v1/stories';

const { closedAt, reason } = ExchangeClosed.schema.shape.data.shape;
const { connection, bearer, contentType, clockOffsetMs, ...completed } =
  ExchangeCompleted.schema.shape.data.shape;

/** One exchange with all that the audit knows of its course. */
export const AuditedStory = z.object({
  exchange: AuditedExchange,
  /** The process that saw it. */
  edge: z.string(),
  /** The consumer's place in its own trace, where it told one. */
  traceparent: z.string().nullable().default(null),
  /** How right its clock was, as it told of the end, or of the beginning where there is none. */
  clockOffsetMs,
  connection,
  contentType,
  /** The token's claims, NHS numbers masked; null for readers other than auditors. */
  bearer: bearer.nullable(),
  /** Null while it is under way, and where nobody told it. */
  end: z
    .object({
      providerStatus: completed.providerStatus,
      refusalDetail: z.string().nullable(),
      agreementId: completed.agreementId,
      rulesVersion: completed.rulesVersion,
      supplier: z.string().nullable(),
      /** Null where throttle was not asked or did not answer, or the edge did not tell. */
      admission: AuditedAdmission.nullable(),
      endpoint: completed.endpoint,
      /** Null without a connection, or where the edge did not tell. */
      providerAddress: z.string().nullable(),
      requestBytes: completed.requestBytes,
      responseBytes: completed.responseBytes,
      timings: completed.timings,
    })
    .nullable(),
  /** When and why the audit gave up waiting for its end; null where it did not, or the end came after all. */
  closed: z.object({ closedAt, reason }).nullable(),
});
export type AuditedStory = z.infer<typeof AuditedStory>;

/** The newest exchanges of a trace, in the order of their arrival. */
export const AuditedStories = z.object({
  stories: z.array(AuditedStory),
  /** Whether the trace has older ones, which only a search shows. */
  more: z.boolean(),
});
export type AuditedStories = z.infer<typeof AuditedStories>;
