export { AuditRead } from './audit-read.ts';
export { type ExportFormat, exportFormats, exportsPath, FullUrls, fullUrlsPath } from './audit-reads.ts';
export { AuditRetired } from './audit-retired.ts';
export { AuditedExchange, AuditedExchanges, auditedExchangesPath } from './audit-search.ts';
export { AuditedStories, auditedStoriesPath, AuditedStory } from './audit-stories.ts';
export { AuditedAsk, auditedAsksPath, AuditedAsksLine } from './audited-asks.ts';
export {
  AuditedDecision,
  auditedDecisionsPath,
  AuditedDecisions,
  type DecisionGroup,
  groupedDecisionsPath,
  GroupedDecisionsLine,
} from './audited-decisions.ts';
export {
  AuthzAnswer,
  AuthzAsk,
  authzRefusals,
  certificateNamesMax,
  decisionsPath,
  type Network,
  networks,
  Parties,
} from './authz.ts';
export { type AskTrace, traceOf } from './ask-trace.ts';
export { answerBatch, AskBatch, batchSizeMax } from './batch.ts';
export {
  BookedExchange,
  BookedExchangeLine,
  bookedExchangesPath,
  BookGroup,
  BookHour,
  BookLine,
  booksPath,
  EdgeBook,
  WrittenBelow,
} from './books.ts';
export { changeEvent, type ChangeCounts } from './change-event.ts';
export { type Deed, decodeCompleted, deedKinds } from './decode-completed.ts';
export { decodeReceived } from './decode-received.ts';
export { EdgeTally, OutcomeCounts, TallyCounts } from './edge-tally.ts';
export { CountedExchange, CountedExchanges, countedExchangesPath } from './counted-exchanges.ts';
export { CountedPlace, countedPlaceAsk, countedPlacePath, countedPlaceText } from './counted-place.ts';
export { closeEvent, ExchangeClosed, type OpenExchange } from './exchange-closed.ts';
export {
  ExchangeCompleted,
  type ExchangeOutcome,
  exchangeOutcomes,
  ExchangeReceived,
  type RevocationState,
} from './exchange-events.ts';
export {
  ExplainAsk,
  ExplainedCheck,
  ExplainedRow,
  explainPath,
  Explanation,
  Explanations,
} from './explanation.ts';
export { FileDifference } from './file-difference.ts';
export { isAuthzAsk } from './is-authz-ask.ts';
export { isThrottleAsk } from './is-throttle-ask.ts';
export { isThrottleBatch } from './is-throttle-batch.ts';
export { HeldLimits, LimitsDiff, LimitsHistory, LimitsVersion } from './limits-api.ts';
export { LimitsChange, LimitsChanged } from './limits-events.ts';
export { Actor, type PersonAction, PersonActed, personActed, personActions } from './person-acted.ts';
export {
  Acceptance,
  AcceptanceList,
  acceptancesPath,
  Difference,
  type DifferenceKind,
  differenceKinds,
  ReconciledHour,
  ReconcileLine,
  Reconciliations,
  reconciliationsPath,
  MonthDifference,
  NotRipe,
  ReconciledMonth,
} from './reconciliations.ts';
export { RulesChanged } from './rules-events.ts';
export { isSealedUrl, openSealedUrl, type SealUrl, urlSealer } from './sealed-url.ts';
export {
  JudgedRow,
  LimitsWhatIfAsk,
  LimitsWhatIfLine,
  limitsWhatIfPath,
  LimitsWhatIfReport,
} from './limits-what-if.ts';
export {
  admissionsPath,
  ThrottleAnswer,
  ThrottleAsk,
  ThrottleBatch,
  ThrottleCaller,
  type ThrottleScope,
  throttleScopes,
} from './throttle.ts';
export {
  ConsumerLimitUse,
  ConsumerUse,
  LastRefusal,
  refusalsKeptMax,
  ThrottleUseAnswer,
  ThrottleUseAsk,
  throttleUseAsidsMax,
  throttleUsePath,
} from './throttle-use.ts';
export { SystemsOfAnswer, SystemsOfAsk, systemsOfPath } from './systems-of.ts';
export { millionthsOf, penceOf, Pounds, poundsText, Price, priceText, roundToPence } from './money.ts';
export {
  Statement,
  statementBytes,
  StatementHead,
  StatementLine,
  type StatementLineKind,
  StatementList,
  StatementNumber,
  statementsPath,
} from './statement.ts';
export {
  chainFaults,
  keyIdOf,
  type StatementFault,
  statementFaults,
  statementNumber,
} from './statement-faults.ts';
export {
  Adjustment,
  AdjustmentList,
  adjustmentsPath,
  LineExchanges,
  MonthClosing,
  MonthState,
  MonthStates,
  monthStatesPath,
  TariffDifference,
  tariffsPath,
  TariffText,
  TariffVersions,
} from './books-api.ts';
export { topics } from './topics.ts';
export {
  type UsageChange,
  type UsageDimension,
  usageDimensions,
  UsageFigures,
  usageGranularities,
  type UsageGranularity,
  UsageMonth,
  UsageMonths,
  usageMonthsPath,
  type UsageOutcome,
  usageOutcomes,
  usagePath,
  UsagePercentiles,
  UsageReport,
  UsageRow,
} from './usage.ts';
export { WhatIfAsk, WhatIfChange, WhatIfLine, whatIfPath, WhatIfReport } from './what-if.ts';
export { checkResultText, explanationSummary, rowCameText } from './tell-explanation.ts';
export { limitedText, limitText, limitUseText, ShownLimits } from './tell-limits.ts';
export { clockOffsetText } from './clock-offset.ts';
export { storyLogText, storySteps, type StoryStep, storySummary } from './tell-story.ts';
