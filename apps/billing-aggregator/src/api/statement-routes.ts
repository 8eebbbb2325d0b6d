import {
  LineExchanges,
  Statement,
  StatementList,
  StatementNumber,
  statementsPath,
  UsageMonth,
} from '@ssp/contracts';
import { type Caller, Problem } from '@ssp/service';
import { type Operations, readInput } from '@ssp/service/operator';
import { type Request } from 'express';
import { z } from 'zod';
import { readLineExchanges } from '../books/line-exchanges.ts';
import { readHeads, readStatement } from '../books/read-statements.ts';
import { statementCsv } from '../books/statement-csv.ts';
import { statementPage, statementPagePolicy } from '../books/statement-page.ts';
import { actorOf, type BooksContext, statementReaders } from './books-context.ts';
import { ExactName } from './exact-name.ts';
import { noteExport } from './note-export.ts';
import { ownSupplier } from './own-supplier.ts';
import { type Route } from './route.ts';
import { sendFile } from './send-tagged.ts';

const ListQuery = z.strictObject({
  supplier: ExactName.optional().describe('Exact name'),
  month: UsageMonth.optional().describe('The month that was closed'),
});
const formats = ['json', 'csv', 'html'] as const;
const FormatQuery = z.strictObject({
  format: z.enum(formats).optional().describe('Goes before the Accept header; the audit is told'),
});
const Whole = z
  .string()
  .regex(/^\d{1,15}$/, 'must be a whole number')
  .transform(Number);
const PageQuery = z.strictObject({
  cursor: Whole.optional().describe('`next` of the page before'),
  limit: Whole.pipe(z.int().min(1).max(1_000)).optional().describe('At most 1000; 100 without it'),
});
const numberInPath = StatementNumber.describe('Such as SSP-2026-03-0001');
const OfStatement = z.strictObject({ number: numberInPath });
const OfLine = z.strictObject({ number: numberInPath, line: Whole.describe('From 1') });

/** What may be asked about statements. */
export const statementOperations = {
  statements: {
    method: 'get',
    path: statementsPath,
    roles: statementReaders,
    summary: 'Statements without their lines, the newest first; a supplier is told its own',
    input: ListQuery,
    answers: { 'application/json': StatementList },
  },
  statement: {
    method: 'get',
    path: `${statementsPath}/{number}`,
    roles: statementReaders,
    summary:
      'A statement, by the Accept header or `format` as JSON, CSV or a page to be printed; the audit is told of all but JSON without `format`',
    input: FormatQuery,
    inPath: OfStatement,
    answers: { 'application/json': Statement, 'text/csv': null, 'text/html': null },
  },
  lineExchanges: {
    method: 'get',
    path: `${statementsPath}/{number}/lines/{line}/exchanges`,
    roles: statementReaders,
    summary: 'The exchanges that a line is paid for, one by one; the audit knows each by its internal id',
    input: PageQuery,
    inPath: OfLine,
    answers: { 'application/json': LineExchanges },
  },
} as const satisfies Operations;

/** Answers questions about statements. */
export function statementRoutes({ pool }: BooksContext): readonly Route[] {
  async function wanted(number: string, caller: Caller) {
    const statement = await readStatement(pool, number, ownSupplier(caller, null));
    // What is another supplier's is not there for this one.
    if (statement === null) throw new Problem(404, `There is no statement ${number}.`);
    return statement;
  }
  return [
    {
      operation: statementOperations.statements,
      answer: async (req, res, caller) => {
        const { supplier = null, month = null } = readInput(ListQuery, req.query);
        const filter = { supplier: ownSupplier(caller, supplier), month, number: null };
        res.json({ statements: await readHeads(pool, filter) });
      },
    },
    {
      operation: statementOperations.statement,
      answer: async (req, res, caller) => {
        const { format } = readInput(FormatQuery, req.query);
        const statement = await wanted(readInput(OfStatement, req.params).number, caller);
        res.vary('Accept');
        const asked = format ?? accepted(req);
        // Pages are made of JSON; whoever names the format takes a file.
        if (format === undefined && asked === 'json') return res.json(statement);
        const { number, month, supplier } = statement;
        const file = { file: 'statement', format: asked, number, month, supplier } as const;
        if (asked === 'html') res.set('Content-Security-Policy', statementPagePolicy);
        return sendFile(req, res, forms[asked](statement), () =>
          noteExport(pool, actorOf(req, caller), file),
        );
      },
    },
    {
      operation: statementOperations.lineExchanges,
      answer: async (req, res, caller) => {
        const { cursor = 0, limit = 100 } = readInput(PageQuery, req.query);
        const { number, line } = readInput(OfLine, req.params);
        const slice = { after: cursor, limit };
        res.json(await readLineExchanges(pool, await wanted(number, caller), line, slice));
      },
    },
  ];
}

const forms: Readonly<
  Record<(typeof formats)[number], (statement: Statement) => Parameters<typeof sendFile>[2]>
> = {
  json: (statement) => ({ fileName: null, type: 'application/json', text: JSON.stringify(statement) }),
  csv: (statement) => ({
    fileName: `${statement.number}.csv`,
    type: 'text/csv',
    text: statementCsv(statement),
  }),
  html: (statement) => ({ fileName: null, type: 'text/html', text: statementPage(statement) }),
};

function accepted(req: Request): (typeof formats)[number] {
  const type = req.accepts(['json', 'text/csv', 'html']);
  if (type === 'text/csv') return 'csv';
  return type === 'html' ? 'html' : 'json';
}
