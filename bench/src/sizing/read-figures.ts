import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { repositoryRoot } from '../paths.ts';
import { type CostRow, type Figures } from './figures.ts';
import measured from './measured.json' with { type: 'json' };

const Place = z.object({ page: z.string(), bench: z.string() });
const Measured = z.object({
  tables: z.record(z.string(), Place.extend({ heading: z.string() })),
  sentences: z.record(z.string(), Place.extend({ pattern: z.string() })),
});

/** A page does not say any more what `measured.json` looks for there. */
export class MissingFigureError extends Error {
  override readonly name = 'MissingFigureError';
}

const processes = ['edge', 'authz', 'throttle', 'audit-writer', 'billing-aggregator'] as const;

/** Reads from the pages of the benches what was measured last. */
export async function readFigures(docs = join(repositoryRoot, 'docs')): Promise<Figures> {
  const { tables, sentences } = Measured.parse(measured);
  const read = (page: string) => readFile(join(docs, page), 'utf8');
  const table = async (name: string) => {
    const place = tables[name];
    if (place === undefined) throw new MissingFigureError(`measured.json has no table "${name}"`);
    const rows = readTable(await read(place.page), place.heading);
    if (rows.length === 0) throw missing(place.page, `the table "${place.heading}"`, place.bench);
    return { rows, place };
  };
  const sentence = async (name: string): Promise<number> => {
    const place = sentences[name];
    if (place === undefined) throw new MissingFigureError(`measured.json has no sentence "${name}"`);
    const [, figure] = new RegExp(place.pattern).exec(await read(place.page)) ?? [];
    if (figure === undefined) throw missing(place.page, name, place.bench);
    return Number(figure);
  };

  const costs = await table('costs');
  const speeds = await table('speeds');
  const cell = (row: Row, column: string): number => {
    const figure = Number(row[column]);
    if (!(figure > 0)) throw missing(costs.place.page, `a figure of "${column}"`, costs.place.bench);
    return figure;
  };
  const rows = costs.rows.map((row): CostRow => {
    const inFlight = row['In flight'];
    const speed = speeds.rows.find((it) => it['System'] === 'platform' && it['in flight'] === inFlight);
    return {
      requestsPerSecond: Number(speed?.['requests/s'] ?? 0),
      us: {
        ...Object.fromEntries(processes.map((name) => [name, cell(row, name)])),
        redis: cell(row, '(redis)'),
        kafka: cell(row, '(kafka)'),
        postgres: cell(row, '(postgres)'),
      },
    };
  });
  return {
    rows: rows.toSorted((one, other) => one.requestsPerSecond - other.requestsPerSecond),
    auditRowBytes: await sentence('auditRowBytes'),
    eventBytes: 1_000 * ((await sentence('receivedKb')) + (await sentence('completedKb'))),
    eventsPerSecondOfTwoWriters: await sentence('eventsPerSecondOfTwoWriters'),
    ledgerBytes: await sentence('ledgerBytes'),
    sumsBytes: ((await sentence('sumsGbOfAMonth')) * 1e9) / ((await sentence('sumsMillionsOfAMonth')) * 1e6),
    redisUsAtWorst: await sentence('redisUsOfAskAtWorst'),
    collectionMs: await sentence('collectionMsMost'),
  };
}

type Row = Readonly<Record<string, string>>;

/** The rows of the first table below a heading, by the names of its columns. */
export function readTable(page: string, heading: string): readonly Row[] {
  const lines = page.split('\n');
  const start = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, '') === heading);
  if (start < 0) return [];
  const from = lines.findIndex((line, at) => at > start && line.startsWith('|'));
  const until = lines.findIndex((line, at) => at > from && !line.startsWith('|'));
  if (from < 0) return [];
  const [head = [], , ...body] = lines.slice(from, until < 0 ? undefined : until).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  return body.map((cells) => Object.fromEntries(head.map((name, at) => [name, cells[at] ?? ''])));
}

function missing(page: string, what: string, bench: string): MissingFigureError {
  return new MissingFigureError(`docs/${page} does not say ${what}; \`${bench}\` writes it`);
}
