import { createReadStream } from 'node:fs';
import { mkdir, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { checkpointStatement, readCheckpoint, type SignedCheckpoint } from './checkpoint.ts';
import { checkpointRows, isCheckpointHeld } from './checkpoint-rows.ts';
import { readKeyChanges } from './key-change.ts';
import { type Queryable } from './queryable.ts';
import { readRestoration } from './restore/restoration.ts';
import { retirementsAfter } from './retire/retirement-rows.ts';
import { type SignedStatement, StatementLine, statementLine } from './statement.ts';

const endOfOffsets = 2n ** 63n - 1n;

/** Reads every statement of a folder, the oldest file first. A line cut short by a crash is passed over: it was written again. */
export async function* folderStatements(folder: string): AsyncGenerator<SignedStatement> {
  for (const name of [...(await filesOf(folder, 'checkpoints')), ...(await filesOf(folder, 'retirements'))])
    yield* fileStatements(join(folder, name));
}

/** The tables no longer hold what was given out of them, so that nothing may follow it. */
class SetBackError extends Error {
  override readonly name = 'SetBackError';
}

/** Gives out what is signed to a folder, a file a day to which lines are only ever added. Several writers may share a folder. */
export class CheckpointFolder {
  readonly #folder: string;
  /** The last that the newest file holds of each partition. */
  readonly #given = new Map<string, SignedCheckpoint>();
  readonly #givenKeys = new Set<string>();
  /** Restorations that no checkpoint of their partition follows yet: the next ones are given out from there on. */
  readonly #setBack = new Map<string, { readonly since: bigint; readonly line: string }>();
  #file: string | null = null;
  /** What has been dropped is few statements, and said once in all files. */
  readonly #givenRetirements = new Set<string>();
  #retirementsUpTo: bigint | null = null;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Adds all that the tables hold and the folder does not, and waits until it is on disk. */
  async giveOut(db: Queryable, at: Date): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    await this.#giveOutRetirements(db, at);
    const { file, lines } = await this.#begin(at);
    await this.#refuseSetBack(db);
    const keys: string[] = [];
    for (const change of await readKeyChanges(db)) {
      const line = statementLine(change);
      if (!this.#givenKeys.has(line)) keys.push(line);
    }
    const added: SignedCheckpoint[] = [];
    for (const { topic, partition } of await partitionsOf(db)) {
      const name = `${topic}/${partition}`;
      const after = this.#given.get(name)?.nextOffset ?? this.#setBack.get(name)?.since ?? -1n;
      const rows = checkpointRows(db, { topic, partition, after, upTo: endOfOffsets });
      for await (const checkpoint of rows) added.push(checkpoint);
    }
    lines.push(...keys, ...added.map((checkpoint) => lineOf(checkpoint)));
    if (lines.length > 0) await append(join(this.#folder, file), lines);
    for (const line of keys) this.#givenKeys.add(line);
    for (const checkpoint of added) this.#note(checkpoint);
    if (lines.length > 0) this.#file = file;
  }

  /** Adds what somebody has signed of a restore; what the tables hold from there on is given out next. */
  async giveOutRestorations(signed: readonly SignedStatement[], at: Date): Promise<void> {
    const { file, lines } = await this.#begin(at);
    lines.push(...signed.map((one) => statementLine(one)));
    await append(join(this.#folder, file), lines);
    for (const one of signed) this.#read(one);
    this.#file = file;
  }

  /** The file to add to, and what it must begin with where it is new. */
  async #begin(at: Date): Promise<{ readonly file: string; readonly lines: string[] }> {
    const newest = this.#file ?? (await this.#readNewest());
    const today = `checkpoints-${at.toISOString().slice(0, 10)}.ndjson`;
    if (newest === null || newest >= today) return { file: newest ?? today, lines: [] };
    // Each file begins with where the one before it ended, so that the newest alone tells what is given out.
    this.#givenKeys.clear();
    const lines = Array.from(this.#given.values(), (checkpoint) => lineOf(checkpoint));
    for (const { line } of this.#setBack.values()) lines.push(line);
    return { file: today, lines };
  }

  async #refuseSetBack(db: Queryable): Promise<void> {
    for (const given of this.#given.values()) {
      if (await isCheckpointHeld(db, given)) continue;
      // Somebody may sign for it meanwhile.
      this.#file = null;
      this.#given.clear();
      this.#setBack.clear();
      const { topic, partition, nextOffset } = given;
      throw new SetBackError(
        `the checkpoint of ${topic}/${partition} at ${nextOffset} was given out and is not in the tables. If they were restored from a backup, sign for that with restored.main.ts (docs/backup.md); nothing more is given out until then`,
      );
    }
  }

  async #giveOutRetirements(db: Queryable, at: Date): Promise<void> {
    if (this.#retirementsUpTo === null) {
      for (const name of await filesOf(this.#folder, 'retirements')) {
        for await (const signed of fileStatements(join(this.#folder, name)))
          this.#givenRetirements.add(statementLine(signed));
      }
    }
    const retirements = await retirementsAfter(db, this.#retirementsUpTo ?? 0n);
    const lines = retirements
      .map((signed) => statementLine(signed))
      .filter((line) => !this.#givenRetirements.has(line));
    const file = `retirements-${at.toISOString().slice(0, 10)}.ndjson`;
    if (lines.length > 0) await append(join(this.#folder, file), lines);
    for (const line of lines) this.#givenRetirements.add(line);
    this.#retirementsUpTo = retirements.at(-1)?.number ?? this.#retirementsUpTo ?? 0n;
  }

  async #readNewest(): Promise<string | null> {
    const newest = (await filesOf(this.#folder, 'checkpoints')).at(-1) ?? null;
    if (newest === null) return null;
    for await (const signed of fileStatements(join(this.#folder, newest))) this.#read(signed);
    this.#file = newest;
    return newest;
  }

  #read(signed: SignedStatement): void {
    const checkpoint = readCheckpoint(signed.statement);
    if (checkpoint) return this.#note({ ...checkpoint, signature: signed.signature });
    const line = statementLine(signed);
    const restoration = readRestoration(signed.statement);
    if (!restoration) {
      this.#givenKeys.add(line);
      return;
    }
    const { topic, partition, since } = restoration;
    this.#given.delete(`${topic}/${partition}`);
    this.#setBack.set(`${topic}/${partition}`, { since, line });
  }

  #note(checkpoint: SignedCheckpoint): void {
    const name = `${checkpoint.topic}/${checkpoint.partition}`;
    this.#setBack.delete(name);
    const known = this.#given.get(name);
    if (!known || known.nextOffset < checkpoint.nextOffset) this.#given.set(name, checkpoint);
  }
}

async function filesOf(folder: string, of: 'checkpoints' | 'retirements'): Promise<readonly string[]> {
  const names = await readdir(folder);
  return names
    .filter((name) => name.startsWith(of) && /^[a-z]+-\d{4}-\d\d-\d\d\.ndjson$/.test(name))
    .toSorted();
}

async function* fileStatements(path: string): AsyncGenerator<SignedStatement> {
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    const read = StatementLine.safeParse(parsed(line));
    if (read.success) yield read.data;
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

async function append(path: string, lines: readonly string[]): Promise<void> {
  await using file = await open(path, 'a+');
  const { size } = await file.stat();
  const last = Buffer.alloc(1, '\n');
  if (size > 0) await file.read(last, 0, 1, size - 1);
  // A line that a crash cut short must not swallow the next.
  const end = last.toString() === '\n' ? '' : '\n';
  await file.appendFile(`${end}${lines.join('\n')}\n`);
  await file.sync();
}

async function partitionsOf(db: Queryable) {
  const { rows } = await db.query<{ topic: string; partition: number }>(
    'select topic, partition from audit.chain_head order by topic, partition',
  );
  return rows;
}

function lineOf(checkpoint: SignedCheckpoint): string {
  return statementLine({ statement: checkpointStatement(checkpoint), signature: checkpoint.signature });
}
