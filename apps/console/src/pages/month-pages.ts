import {
  MonthClosing,
  MonthState,
  MonthStates,
  monthStatesPath,
  Reconciliations,
  reconciliationsPath,
  StatementList,
  statementsPath,
  UsageMonth,
  usageMonthsPath,
} from '@ssp/contracts';
import { z } from 'zod';
import { type Api, ApiError } from '../api.ts';
import { readGround } from '../audit/reading-ground.ts';
import { fieldErrors } from '../books/field-errors.ts';
import {
  acceptedWords,
  closingFacts,
  monthList,
  reconciliationContent,
  trialTable,
} from '../books/month-content.ts';
import { type FiguresTable } from '../figures-table.ts';
import { statementList } from '../books/statement-tables.ts';
import { formatMonth } from '../number-forms.ts';
import { type Fault, type Page, type View, type Visit } from '../page.ts';
import { type PageSources } from '../page-sources.ts';
import { type Person } from '../person.ts';
import { storyPathFor } from '../story-path.ts';

const roles = ['billing', 'operator', 'auditor'] as const;

/** Months of the list; older ones are asked for by their address. */
const monthsMax = 36;
/** The API holds what is still open of the month against the audit first, and may take minutes for its statements. */
const closingMs = 300_000;

/** The months, how each stands and balances, and how one is closed. */
export function monthPages(sources: PageSources): readonly Page[] {
  const { billing } = sources;
  return [
    {
      path: '/months',
      roles,
      place: { group: 'Billing', text: 'Months' },
      get: async ({ person }) => {
        const ask = { path: monthStatesPath, query: { limit: monthsMax } };
        const { months } = await billing.read(MonthStates, ask, person);
        return {
          kind: 'view',
          template: 'books/months.njk',
          title: 'Months',
          content: { table: months.length === 0 ? null : monthList(months) },
        };
      },
    },
    {
      path: '/months/:month',
      roles,
      place: { under: '/months' },
      get: async (visit) => {
        const month = monthOf(visit);
        const { person } = visit;
        const [state, reconciliations, { statements }] = await Promise.all([
          askMonthState(billing, month, person),
          billing.read(Reconciliations, { path: reconciliationsPath, query: { month } }, person),
          billing.read(StatementList, { path: statementsPath, query: { month } }, person),
        ]);
        return {
          kind: 'view',
          template: 'books/month.njk',
          title: formatMonth(month),
          content: {
            month,
            isClosed: state.state === 'closed',
            closing: closingFacts(state),
            statements: statements.length === 0 ? null : statementList(statements),
            reconciliation: reconciliationContent(reconciliations, storyPathFor(sources, person)),
            mayClose: person.role === 'billing' && state.state === 'open',
          },
        };
      },
    },
    {
      path: '/months/:month/close',
      roles: ['billing'],
      place: { under: '/months' },
      get: (visit) => trialView(billing, visit),
      post: async (visit) => {
        const { person, form } = visit;
        const month = monthOf(visit);
        const { why, faults } = readGround(form);
        const isConfirmed = form.get('confirmed') === 'yes';
        const missing = [...faults, ...(isConfirmed ? [] : [notConfirmed])];
        if (missing.length > 0) return refusedView(visit, { faults: missing });
        const unreconciled = form.get('unreconciled')?.trim() ?? '';
        const body = { why, ...(unreconciled !== '' && { unreconciled }) };
        const ask = { path: closePath(month), method: 'POST', body, timeoutMs: closingMs } as const;
        try {
          await billing.read(MonthClosing, ask, person);
        } catch (error) {
          if (!(error instanceof ApiError) || (error.status !== 409 && error.status !== 503)) throw error;
          const told = Refusal.safeParse(error.problem).data?.reasons ?? [];
          return refusedView(visit, {
            reasons: told.length > 0 ? told : [error.detail ?? 'It cannot be closed now.'],
          });
        }
        return { kind: 'redirect', to: `/months/${month}` };
      },
    },
  ];
}

/** How a month stands. */
export function askMonthState(billing: Api, month: string, person: Person): Promise<MonthState> {
  return billing.read(MonthState, { path: `${usageMonthsPath}/${month}` }, person);
}

const notConfirmed: Fault = {
  field: 'confirmed',
  text: 'Confirm that the month is to be closed for good',
};

const Refusal = z.object({ reasons: z.array(z.string()) });

/** What else stands in the address is no month, and the API says so. */
function monthOf({ parts }: Visit): string {
  return UsageMonth.safeParse(parts['month']).data ?? 'none';
}

const closePath = (month: string) => `${usageMonthsPath}/${month}/close`;

/** What it would be closed with, which is reckoned anew, and the form that closes it where nothing stands against it. */
async function trialView(billing: Api, visit: Visit): Promise<View> {
  const month = monthOf(visit);
  const ask = {
    path: closePath(month),
    method: 'POST',
    body: { dryRun: true },
    timeoutMs: closingMs,
  } as const;
  const { reasons, isAudited, accepted, statements } = await billing.read(MonthClosing, ask, visit.person);
  return closeView(visit, {
    reasons,
    isAudited,
    trial: {
      accepted: accepted.map((it) => `${acceptedWords(it)} (${it.who})`),
      table: statements.length === 0 ? null : trialTable(statements),
    },
  });
}

/** What was sent and did nothing, and why. The statements were shown with the form: to reckon them may take minutes. */
function refusedView(
  visit: Visit,
  { faults = [], reasons = [] }: { readonly faults?: readonly Fault[]; readonly reasons?: readonly string[] },
): View {
  return {
    // The form asks for this only where there is no audit.
    ...closeView(visit, { faults, reasons, isAudited: !visit.form.has('unreconciled'), trial: null }),
    ...(reasons.length > 0 && { status: 409 }),
  };
}

function closeView(
  visit: Visit,
  {
    faults = [],
    ...content
  }: {
    readonly faults?: readonly Fault[];
    readonly reasons: readonly string[];
    readonly isAudited: boolean;
    /** Null where it was not reckoned anew. */
    readonly trial: { readonly accepted: readonly string[]; readonly table: FiguresTable | null } | null;
  },
): View {
  const month = monthOf(visit);
  return {
    kind: 'view',
    template: 'books/close.njk',
    title: `Close ${formatMonth(month)}`,
    faults,
    breadcrumbs: [{ text: formatMonth(month), href: `/months/${month}` }],
    content: {
      ...content,
      month,
      monthWords: formatMonth(month),
      why: visit.form.get('why') ?? '',
      errors: fieldErrors(faults),
      unreconciled: visit.form.get('unreconciled') ?? '',
    },
  };
}
