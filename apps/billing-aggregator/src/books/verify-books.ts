import { type KeyObject } from 'node:crypto';
import { chainFaults, type Statement, type StatementFault, type StatementLine } from '@ssp/contracts';
import { type ClientBase } from 'pg';
import { readAdjustments } from './adjust.ts';
import { readStatements } from './read-statements.ts';
import { tariffHash } from './tariff-versions.ts';

/** What was found in the books; `statements` says how many were looked at. */
export type VerifiedBooks = {
  readonly statements: number;
  /** Hash of the last one: the audit has it with the closing of its month. */
  readonly lastHash: string | null;
  readonly faults: readonly StatementFault[];
};

/** Proves all statements, and what they name: the tariffs, the closed months and the corrections. To be called in one snapshot. */
export async function verifyBooks(
  client: ClientBase,
  keys: readonly KeyObject[] | null,
): Promise<VerifiedBooks> {
  const statements = await readStatements(client, { supplier: null, month: null, number: null });
  return {
    statements: statements.length,
    lastHash: statements.at(-1)?.hash ?? null,
    faults: [
      ...chainFaults(statements, keys),
      ...(await periodFaults(client, statements)),
      ...(await tariffFaults(client, statements)),
      ...(await adjustmentFaults(client, statements)),
    ],
  };
}

type Period = {
  readonly month: string;
  readonly statements: number;
  readonly who: string;
  readonly why: string;
  readonly closed_at: Date;
};

async function periodFaults(client: ClientBase, statements: readonly Statement[]): Promise<StatementFault[]> {
  const { rows } = await client.query<Period>(
    'select month, statements, who, why, closed_at from billing.period order by closed_at, month',
  );
  return rows.flatMap((period) => {
    const own = statements.filter(({ month }) => month === period.month);
    const faults: StatementFault[] = [];
    if (own.length !== period.statements) {
      const fault = `${period.month} was closed with ${period.statements} statements, and ${own.length} are there`;
      faults.push({ number: period.month, fault });
    }
    for (const { number, closedAt, closedBy, why } of own) {
      if (closedAt !== period.closed_at.toISOString() || closedBy !== period.who || why !== period.why) {
        faults.push({ number, fault: 'it was not written when its month was closed' });
      }
    }
    return faults;
  });
}

async function tariffFaults(client: ClientBase, statements: readonly Statement[]): Promise<StatementFault[]> {
  const { rows } = await client.query<{ version: string; content: string }>(
    'select version, content from billing.tariff',
  );
  const hashes = new Map(
    rows.map(({ version, content }) => [Number(version), tariffHash(content).toString('hex')]),
  );
  return statements
    .filter((statement) => hashes.get(statement.tariffVersion) !== statement.tariffHash)
    .map(({ number, tariffVersion }) => ({
      number,
      fault: `the tariffs of version ${tariffVersion} are not those that it was made by`,
    }));
}

async function adjustmentFaults(
  client: ClientBase,
  statements: readonly Statement[],
): Promise<StatementFault[]> {
  const made = new Map((await readAdjustments(client, null)).map((it) => [it.id, it]));
  const isAsMade = (supplier: string, { adjustment, amount, refersTo, reason }: StatementLine) => {
    const own = adjustment === null ? undefined : made.get(adjustment);
    return (
      own !== undefined &&
      own.supplier === supplier &&
      own.amount === amount &&
      own.refersTo === refersTo &&
      own.reason === reason
    );
  };
  return statements.flatMap(({ number, supplier, lines }) =>
    lines
      .filter((line) => line.kind === 'adjustment' && !isAsMade(supplier, line))
      .map(({ line }) => ({ number, fault: `line ${line} is not the correction that was ordered` })),
  );
}
