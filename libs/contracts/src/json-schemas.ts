import { z } from 'zod';
import { AuditRead } from './audit-read.ts';
import { AuditRetired } from './audit-retired.ts';
import { AuthzAnswer, AuthzAsk } from './authz.ts';
import { EdgeTally } from './edge-tally.ts';
import { CountedExchanges } from './counted-exchanges.ts';
import { ExchangeClosed } from './exchange-closed.ts';
import { ExchangeCompleted, ExchangeReceived } from './exchange-events.ts';
import { ExplainAsk, Explanations } from './explanation.ts';
import { HeldLimits, LimitsDiff, LimitsHistory } from './limits-api.ts';
import { LimitsChanged } from './limits-events.ts';
import { LimitsWhatIfAsk, LimitsWhatIfLine } from './limits-what-if.ts';
import { PersonActed } from './person-acted.ts';
import { RulesChanged } from './rules-events.ts';
import { Statement } from './statement.ts';
import { SystemsOfAnswer, SystemsOfAsk } from './systems-of.ts';
import { ThrottleAnswer, ThrottleAsk, ThrottleBatch } from './throttle.ts';
import { ThrottleUseAnswer, ThrottleUseAsk } from './throttle-use.ts';
import { UsageMonths, UsageReport } from './usage.ts';
import { WhatIfAsk, WhatIfLine } from './what-if.ts';

const published = {
  [ExchangeReceived.type]: ExchangeReceived.schema,
  [ExchangeCompleted.type]: ExchangeCompleted.schema,
  [ExchangeClosed.type]: ExchangeClosed.schema,
  [EdgeTally.type]: EdgeTally.schema,
  [RulesChanged.type]: RulesChanged.schema,
  [LimitsChanged.type]: LimitsChanged.schema,
  [AuditRead.type]: AuditRead.schema,
  [AuditRetired.type]: AuditRetired.schema,
  [PersonActed.type]: PersonActed.schema,
  'authz-ask': AuthzAsk,
  'authz-answer': AuthzAnswer,
  'systems-of-ask': SystemsOfAsk,
  'systems-of-answer': SystemsOfAnswer,
  'explain-ask': ExplainAsk,
  explanations: Explanations,
  'what-if-ask': WhatIfAsk,
  'what-if-line': WhatIfLine,
  'limits-what-if-ask': LimitsWhatIfAsk,
  'limits-what-if-line': LimitsWhatIfLine,
  'throttle-ask': ThrottleAsk,
  'throttle-batch': ThrottleBatch,
  'throttle-answer': ThrottleAnswer,
  'throttle-use-ask': ThrottleUseAsk,
  'throttle-use-answer': ThrottleUseAnswer,
  'held-limits': HeldLimits,
  'limits-diff': LimitsDiff,
  'limits-history': LimitsHistory,
  statement: Statement,
  'usage-report': UsageReport,
  'usage-months': UsageMonths,
  'counted-exchanges': CountedExchanges,
} satisfies Readonly<Record<string, z.ZodType>>;

/** Where the published JSON Schemas lie. */
export const schemasFolder = new URL('../schemas/', import.meta.url);

/** The contracts as JSON Schema 2020-12 for readers in other languages: file name → content. */
export function jsonSchemas(): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(published).map(([name, schema]) => {
      // As a reader takes them in: fields it does not know are no fault.
      const { $schema, ...body } = z.toJSONSchema(schema, { io: 'input' });
      return [`${name}.json`, `${JSON.stringify({ $schema, title: name, ...body }, null, 2)}\n`];
    }),
  );
}
