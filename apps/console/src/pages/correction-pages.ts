import { Adjustment, AdjustmentList, adjustmentsPath, Pounds } from '@ssp/contracts';
import { type Api, ApiError } from '../api.ts';
import { readGround } from '../audit/reading-ground.ts';
import { correctionTable } from '../books/correction-table.ts';
import { fieldErrors } from '../books/field-errors.ts';
import { statementNumberOf } from '../books/statement-number.ts';
import { type Fault, type Page, type View, type Visit } from '../page.ts';

/** Corrections of what was closed: the list, and how one is ordered. */
export function correctionPages(billing: Api): readonly Page[] {
  return [
    {
      path: '/corrections',
      roles: ['billing', 'supplier', 'operator', 'auditor'],
      place: { group: 'Billing', text: 'Corrections' },
      get: async ({ person }) => {
        const { adjustments } = await billing.read(AdjustmentList, { path: adjustmentsPath }, person);
        return {
          kind: 'view',
          template: 'books/corrections.njk',
          title: 'Corrections',
          content: { table: adjustments.length === 0 ? null : correctionTable(adjustments) },
        };
      },
    },
    {
      path: '/statements/:number/correction',
      roles: ['billing'],
      place: { under: '/statements' },
      get: (visit) => Promise.resolve(correctionView(visit, visit.query, [])),
      post: async (visit) => {
        const { person, form } = visit;
        const { body, faults } = readCorrection(visit);
        if (faults.length > 0) return correctionView(visit, form, faults);
        try {
          await billing.read(Adjustment, { path: adjustmentsPath, method: 'POST', body }, person);
        } catch (error) {
          if (!(error instanceof ApiError)) throw error;
          const field = refusedField[error.status ?? 0];
          if (field === undefined) throw error;
          return correctionView(visit, form, [{ field, text: error.detail ?? 'It cannot be ordered' }]);
        }
        return { kind: 'redirect', to: '/corrections' };
      },
    },
  ];
}

/** What of the form the API has refused, by its status: a line that is not there, the same correction once more. */
const refusedField: Readonly<Record<number, string>> = { 404: 'line', 409: 'why' };

function readCorrection(visit: Visit) {
  const { form } = visit;
  const line = /^[1-9]\d{0,8}$/.exec(form.get('line')?.trim() ?? '')?.[0];
  const amount = Pounds.refine((it) => it !== '0.00').safeParse(
    form
      .get('amount')
      ?.trim()
      .replace(/^(-?)£/, '$1'),
  );
  const { why: reason, faults } = readGround(form);
  const found: readonly Fault[] = [
    ...(line === undefined ? [{ field: 'line', text: 'Give the number of the line' }] : []),
    ...(amount.success
      ? []
      : [{ field: 'amount', text: 'Give pounds and pence, such as 12.30 or -12.30, and not nothing' }]),
    ...faults,
  ];
  return {
    faults: found,
    body: { number: statementNumberOf(visit), line: Number(line), amount: amount.data, reason },
  };
}

function correctionView(visit: Visit, given: URLSearchParams, faults: readonly Fault[]): View {
  const number = statementNumberOf(visit);
  return {
    kind: 'view',
    template: 'books/correction.njk',
    title: 'Order a correction',
    faults,
    breadcrumbs: [{ text: number, href: `/statements/${number}` }],
    content: {
      number,
      line: given.get('line') ?? '',
      amount: given.get('amount') ?? '',
      why: given.get('why') ?? '',
      errors: fieldErrors(faults),
    },
  };
}
