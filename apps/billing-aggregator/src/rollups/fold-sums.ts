import { hash } from 'node:crypto';
import { z } from 'zod';
import { Sketch } from '../sketch.ts';

const Name = z.string().nullish();
const Whole = z.coerce.number();
const Bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);

/** A row to be summed up: sums of a shorter period, or what was counted in an hour. */
const SourceRow = z.object({
  /** Absent where it follows from the names. */
  key: z.string().optional(),
  supplier: Name,
  provider_ods: Name,
  provider_asid: Name,
  consumer_ods: Name,
  consumer_asid: Name,
  interaction: Name,
  outcome: Name,
  requests: Whole,
  billable: Whole,
  errors: Whole,
  request_bytes: Whole,
  response_bytes: Whole,
  provider_timed: Whole,
  provider_us: Whole,
  provider_us_max: Whole,
  own_us: Whole,
  total_us: Whole,
  provider_sketch: Bytes,
  own_sketch: Bytes,
});
type SourceRow = z.infer<typeof SourceRow>;

/** Sums of a period under one key. */
export type RolledSum = Omit<SourceRow, 'key'> & { readonly key: string };

/** Sums up rows that lie together where they share a key; holds no more than one sum at a time. */
export async function* foldSums(cube: string, rows: AsyncIterable<object>): AsyncGenerator<RolledSum> {
  let open: OpenSum | undefined;
  for await (const given of rows) {
    const row = SourceRow.parse(given);
    const key = row.key ?? keyOf(cube, row);
    if (open !== undefined && open.key !== key) {
      yield closed(open);
      open = undefined;
    }
    const { provider, own }: Pick<OpenSum, 'provider' | 'own'> = open ?? {
      provider: new Sketch(),
      own: new Sketch(),
    };
    open = { key, row: open === undefined ? row : added(open.row, row), provider, own };
    provider.merge(row.provider_sketch);
    own.merge(row.own_sketch);
  }
  if (open !== undefined) yield closed(open);
}

type OpenSum = {
  readonly key: string;
  readonly row: SourceRow;
  readonly provider: Sketch;
  readonly own: Sketch;
};

function closed({ key, row, provider, own }: OpenSum): RolledSum {
  return { ...row, key, provider_sketch: provider.toBytes(), own_sketch: own.toBytes() };
}

function added(sum: SourceRow, row: SourceRow): SourceRow {
  return {
    ...sum,
    requests: sum.requests + row.requests,
    billable: sum.billable + row.billable,
    errors: sum.errors + row.errors,
    request_bytes: sum.request_bytes + row.request_bytes,
    response_bytes: sum.response_bytes + row.response_bytes,
    provider_timed: sum.provider_timed + row.provider_timed,
    provider_us: sum.provider_us + row.provider_us,
    provider_us_max: Math.max(sum.provider_us_max, row.provider_us_max),
    own_us: sum.own_us + row.own_us,
    total_us: sum.total_us + row.total_us,
  };
}

/** The first eight bytes of SHA-256 of the cube and the names, a line each: no name holds a line break. */
function keyOf(cube: string, row: SourceRow): string {
  const { supplier, provider_ods, provider_asid, consumer_ods, consumer_asid, interaction, outcome } = row;
  const names = [supplier, provider_ods, provider_asid, consumer_ods, consumer_asid, interaction, outcome];
  const text = [cube, ...names.map((name) => name ?? '')].join('\n');
  return hash('sha256', text, 'buffer').readBigInt64BE(0).toString();
}
