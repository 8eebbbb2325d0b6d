import {
  Adjustment,
  AdjustmentList,
  adjustmentsPath,
  MonthClosing,
  MonthState,
  MonthStates,
  monthStatesPath,
  Pounds,
  StatementNumber,
  UsageMonth,
  usageMonthsPath,
} from '@ssp/contracts';
import { Problem } from '@ssp/service';
import { type Operations, readInput, Why } from '@ssp/service/operator';
import { z } from 'zod';
import { adjust, readAdjustments } from '../books/adjust.ts';
import { closeMonth, previewClose } from '../books/close-month.ts';
import { readMonthState, readMonthStates } from '../books/month-state.ts';
import { actorOf, bookKeepers, bookReaders, type BooksContext, statementReaders } from './books-context.ts';
import { readMonths } from './read-months.ts';
import { ownSupplier } from './own-supplier.ts';
import { type Route } from './route.ts';

const OfMonth = z.strictObject({ month: UsageMonth.describe('YYYY-MM, UTC') });
const unreconciled = Why.optional().describe(
  'Why it is closed though this process is not given the audit; kept with the closing',
);
const Close = z.union(
  [
    z.strictObject({ dryRun: z.literal(true) }),
    z.strictObject({ dryRun: z.literal(false).optional(), why: Why, unreconciled }),
  ],
  'give dryRun: true, or why',
);
const NewAdjustment = z.strictObject({
  number: StatementNumber,
  line: z.int().positive(),
  amount: Pounds.refine((amount) => amount !== '0.00', 'must not be nothing').describe(
    'Pounds; what was paid too much is negative',
  ),
  reason: Why,
});

const MonthsQuery = z.strictObject({
  limit: z
    .string()
    .regex(/^\d{1,3}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.int().min(1).max(120))
    .optional()
    .describe('At most 120; 36 without it'),
});

/** How months are closed and corrected. */
export const closingOperations = {
  month: {
    method: 'get',
    path: `${usageMonthsPath}/{month}`,
    roles: bookReaders,
    summary: 'Whether a month is closed, with what, and what was counted for it since',
    input: z.strictObject({}),
    inPath: OfMonth,
    answers: { 'application/json': MonthState },
  },
  monthStates: {
    method: 'get',
    path: monthStatesPath,
    roles: bookReaders,
    summary: 'How the months that have usage stand, newest first',
    input: MonthsQuery,
    answers: { 'application/json': MonthStates },
  },
  closeMonth: {
    method: 'post',
    path: `${usageMonthsPath}/{month}/close`,
    roles: bookKeepers,
    summary:
      'Closes a month for good, or tells with `dryRun` what it would be closed with and what stands against it',
    input: Close,
    inPath: OfMonth,
    answers: { 'application/json': MonthClosing },
  },
  adjustments: {
    method: 'get',
    path: adjustmentsPath,
    roles: statementReaders,
    summary: 'Corrections of statements, stated or waiting, the newest first; a supplier is told its own',
    input: z.strictObject({}),
    answers: { 'application/json': AdjustmentList },
  },
  adjust: {
    method: 'post',
    path: adjustmentsPath,
    roles: bookKeepers,
    summary: 'Orders a correction of a line, which the supplier’s next statement states',
    input: NewAdjustment,
    answers: { 'application/json': Adjustment },
  },
} as const satisfies Operations;

/** Closes months, and takes corrections of what was closed. */
export function closingRoutes({ pool, balance, signingKey }: BooksContext): readonly Route[] {
  return [
    {
      operation: closingOperations.month,
      answer: async (req, res) => res.json(await readMonthState(pool, readInput(OfMonth, req.params).month)),
    },
    {
      operation: closingOperations.monthStates,
      answer: async (req, res) => {
        const { limit = 36 } = readInput(MonthsQuery, req.query);
        const months = (await readMonths(pool)).slice(0, limit);
        res.json({ months: await readMonthStates(pool, months) } satisfies z.output<typeof MonthStates>);
      },
    },
    {
      operation: closingOperations.closeMonth,
      answer: async (req, res, caller) => {
        const { month } = readInput(OfMonth, req.params);
        const wanted = readInput(Close, req.body);
        const now = new Date();
        if (wanted.dryRun === true) {
          const preview = await previewClose(pool, balance, month, now);
          return res.json({ month, closed: false, ...preview });
        }
        if (signingKey === null) {
          throw new Problem(503, 'This process has no key to sign statements with, so it closes no months.');
        }
        const actor = actorOf(req, caller);
        const closed = await closeMonth(pool, balance, signingKey, {
          month,
          actor,
          why: wanted.why,
          unreconciled: wanted.unreconciled ?? null,
          now,
        });
        res.json({ month, closed: true, reasons: [], ...closed });
      },
    },
    {
      operation: closingOperations.adjustments,
      answer: async (_req, res, caller) =>
        res.json({ adjustments: await readAdjustments(pool, ownSupplier(caller, null)) }),
    },
    {
      operation: closingOperations.adjust,
      answer: async (req, res, caller) => {
        const wanted = readInput(NewAdjustment, req.body);
        const id = await adjust(pool, wanted, actorOf(req, caller), new Date());
        const made = (await readAdjustments(pool, null)).find((it) => it.id === id);
        res.json(made);
      },
    },
  ];
}
