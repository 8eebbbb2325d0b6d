export { answerFormat, type AnswerFormat, type FormatWishes, looseQuery } from './answer-format.ts';
export { Asid, isAsid } from './asid.ts';
export { readBearerToken, type BearerToken } from './claims.ts';
export { type Endpoint, type EndpointTolerance, matchesEndpoint, readEndpoint } from './endpoint-match.ts';
export { InteractionId, isInteractionId } from './interaction-id.ts';
export {
  type ForwardedMethod,
  forwardedMethodList,
  forwardedMethods,
  type Interaction,
  interactions,
  resourceMethods,
  type TokenScope,
  tokenScopes,
} from './interactions.ts';
export { isNhsNumber, maskNhsNumbers } from './nhs-number.ts';
export { operationOutcome, type OperationOutcome, operationOutcomeXml } from './operation-outcome.ts';
export { hasFalseNhsNumber } from './query-nhs-numbers.ts';
export { Refusal, type RefusalCode, type RefusalFacts, type RefusalRow, refusals } from './refusal.ts';
export { requiredCiphers } from './required-ciphers.ts';
export { readSspHeaders, type ReadSspHeaders, type SspHeaders } from './ssp-headers.ts';
export { statusText } from './status-text.ts';
export {
  parseTarget,
  type ParsedTarget,
  type Target,
  type TargetFault,
  targetLengthMax,
  type TargetTolerance,
  targetUrl,
} from './target.ts';
export {
  type TokenEnforcement,
  tokenEnforcements,
  type TokenFault,
  tokenFault,
  type TokenRules,
} from './token-fault.ts';
export { tokenPartyFault } from './token-party-fault.ts';
export { tokenRefusal } from './token-refusal.ts';
export { TraceId } from './trace-id.ts';
export { readTraceparent, W3cTraceId, w3cTraceIdOf } from './traceparent.ts';
