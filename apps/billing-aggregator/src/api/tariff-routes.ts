import { TariffDifference, tariffsPath, TariffText, TariffVersions } from '@ssp/contracts';
import { inTransaction } from '@ssp/postgres';
import { acceptFile, listChanges, type Operations, readInput, Why } from '@ssp/service/operator';
import { z } from 'zod';
import { readTariffFile } from '../books/read-tariff-file.ts';
import { diffTariffs } from '../books/tariff-entries.ts';
import { type TariffFile } from '../books/tariff-file.ts';
import {
  changedPastOf,
  type LoadedTariffs,
  readTariffs,
  readVersions,
  storeTariffs,
  writeTariffFile,
} from '../books/tariff-versions.ts';
import { actorOf, bookKeepers, bookReaders, type BooksContext } from './books-context.ts';
import { noteExport } from './note-export.ts';
import { type Route } from './route.ts';
import { sendFile } from './send-tagged.ts';

const FormatQuery = z.strictObject({
  format: z.enum(['json', 'yaml']).optional().describe('Goes before the Accept header; the audit is told'),
});
const Diff = z.strictObject({ text: z.string() });
const Load = z.strictObject({
  text: z.string(),
  version: z
    .string()
    .regex(/^\d{1,15}$/)
    .describe('The version that the difference was shown against'),
  why: Why,
});

const yaml = 'application/yaml';

/** What may be asked about tariffs, and how they are changed. */
export const tariffOperations = {
  tariffVersions: {
    method: 'get',
    path: tariffsPath,
    roles: bookReaders,
    summary: 'Every version of the tariffs: when it was loaded, by whom and why; the newest first',
    input: z.strictObject({}),
    answers: { 'application/json': TariffVersions },
  },
  tariffs: {
    method: 'get',
    path: `${tariffsPath}/export`,
    roles: bookReaders,
    summary:
      'The tariffs in force as a file that can be loaded, by the Accept header or `format` as YAML or within JSON; the audit is told of all but JSON without `format`',
    input: FormatQuery,
    answers: { 'application/json': TariffText, 'application/yaml': null },
  },
  diffTariffs: {
    method: 'post',
    path: `${tariffsPath}/diff`,
    roles: bookReaders,
    summary: 'What a file of tariffs would change, or each of its faults with its place. Changes nothing',
    input: Diff,
    answers: { 'application/json': TariffDifference },
  },
  loadTariffs: {
    method: 'post',
    path: tariffsPath,
    roles: bookKeepers,
    summary:
      'Puts a reviewed file of tariffs in force; refused where it would price a closed month otherwise',
    input: Load,
    answers: { 'application/json': TariffDifference },
  },
} as const satisfies Operations;

/** Answers questions about tariffs, and loads them. */
export function tariffRoutes({ pool }: BooksContext): readonly Route[] {
  return [
    {
      operation: tariffOperations.tariffVersions,
      answer: async (_req, res) => res.json({ versions: await readVersions(pool) }),
    },
    {
      operation: tariffOperations.tariffs,
      answer: async (req, res, caller) => {
        const { format } = readInput(FormatQuery, req.query);
        const { version: held, file } = await readTariffs(pool);
        const [version, text] = [String(held), writeTariffFile(file)];
        const asJson = { version, text, ...entriesOf(file) } satisfies TariffText;
        const asked = format ?? (req.accepts('json', yaml) === yaml ? 'yaml' : 'json');
        res.vary('Accept');
        // Pages are made of JSON; whoever names the format takes a file.
        if (format === undefined && asked === 'json') return res.json(asJson);
        const sent =
          asked === 'yaml'
            ? { fileName: `tariffs-${version}.yaml`, type: yaml, text }
            : { fileName: null, type: 'application/json', text: JSON.stringify(asJson) };
        return sendFile(req, res, sent, () =>
          noteExport(pool, actorOf(req, caller), { file: 'tariffs', format: asked, version }),
        );
      },
    },
    {
      operation: tariffOperations.diffTariffs,
      answer: async (req, res) => {
        const wanted = readFile(readInput(Diff, req.body).text);
        const { version, file } = await readTariffs(pool);
        const closedMonths = await changedPastOf(pool, file, wanted);
        res.json(told({ version, changes: diffTariffs(file, wanted) }, closedMonths));
      },
    },
    {
      operation: tariffOperations.loadTariffs,
      answer: async (req, res, caller) => {
        const { text, version, why } = readInput(Load, req.body);
        const wanted = readFile(text);
        const by = { actor: actorOf(req, caller), why, at: new Date() };
        const loaded = await inTransaction(pool, (client) =>
          storeTariffs(client, wanted, Number(version), by),
        );
        res.json(told(loaded, []));
      },
    },
  ];
}

function entriesOf({ prices, minimums }: TariffFile): Pick<TariffText, 'prices' | 'minimums'> {
  return {
    prices: prices.map(({ id, from, until, supplier, note, interaction, outcome, price, tiers }) => ({
      id,
      from,
      until: until ?? null,
      supplier,
      note: note ?? null,
      interaction,
      outcome,
      tiers:
        tiers?.map((tier) => ({ upTo: tier.upTo ?? null, price: tier.price })) ??
        (price === undefined ? [] : [{ upTo: null, price }]),
    })),
    minimums: minimums.map(({ id, from, until, supplier, note, amount }) => ({
      id,
      from,
      until: until ?? null,
      supplier,
      note: note ?? null,
      amount,
    })),
  };
}

const readFile = (text: string) => acceptFile(readTariffFile(text), 'the tariffs');

function told({ version, changes }: LoadedTariffs, closedMonths: string[]): TariffDifference {
  const listed = listChanges(
    changes.map(({ section, key, change, fields }) => ({
      section,
      key: [...key],
      change,
      fields: [...fields],
    })),
  );
  return { version: String(version), ...listed, closedMonths };
}
