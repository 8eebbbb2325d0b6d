import { type Adjustment } from '@ssp/contracts';
import { figureHeads, type FiguresTable, nameHeads } from '../figures-table.ts';
import { formatDay } from '../number-forms.ts';
import { formatPounds } from './money-form.ts';

/** Corrections, each with ways to the statement it corrects and to the one that states it. */
export function correctionTable(adjustments: readonly Adjustment[]): FiguresTable {
  return {
    caption: 'Corrections, newest first',
    head: [
      ...nameHeads('Correction', 'Line', 'Supplier'),
      ...figureHeads('Amount'),
      ...nameHeads('Why', 'Ordered', 'Stated on'),
    ],
    rows: adjustments.map(({ id, refersTo, supplier, amount, reason, who, madeAt, statedOn }) => ({
      cells: [
        { text: String(id) },
        { text: refersTo, href: statementPath(refersTo) },
        { text: supplier },
        { text: formatPounds(amount) },
        { text: reason },
        { text: formatDay(madeAt), remark: `by ${who}` },
        statedOn === null
          ? { text: 'Waits for the next statement' }
          : { text: statedOn, href: statementPath(statedOn) },
      ],
    })),
  };
}

const statementPath = (line: string) => `/statements/${line.split('/')[0] ?? ''}`;
