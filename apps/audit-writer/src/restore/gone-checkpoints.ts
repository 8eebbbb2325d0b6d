import { type SignedCheckpoint } from '../checkpoint.ts';
import { type KnownKeys } from '../key-change.ts';
import { type SignedStatement, statementLine } from '../statement.ts';
import { signerFault } from '../verify/signer-fault.ts';
import { readRestoration, type Restoration } from './restoration.ts';

type GoneCheckpoint = { readonly checkpoint: SignedCheckpoint; isSignedFor: boolean };

/**
 * The checkpoints of a folder that the tables do not hold, and whether a restoration tells why. To be told of all statements in their
 * order: who signs for a restore signs for what had been given out by then, and not for what is given out and lost later.
 */
export class GoneCheckpoints {
  readonly #keys: KnownKeys | null;
  /** By their signatures: the last ones of a day are said again on the next. */
  readonly #gone = new Map<string, GoneCheckpoint>();
  readonly #restorations = new Set<string>();

  /** Without `keys` signatures are not looked at. */
  constructor(keys: KnownKeys | null) {
    this.#keys = keys;
  }

  add(checkpoint: SignedCheckpoint): void {
    const name = checkpoint.signature.toString('hex');
    if (!this.#gone.has(name)) this.#gone.set(name, { checkpoint, isSignedFor: false });
  }

  /** Takes a statement that may be a restoration; one whose key had been replaced tells nothing. */
  restored(signed: SignedStatement): void {
    const restoration = readRestoration(signed.statement);
    if (restoration === null) return;
    if (this.#keys !== null && signerFault(signed, restoration, this.#keys) !== null) return;
    const line = statementLine(signed);
    if (this.#restorations.has(line)) return;
    this.#restorations.add(line);
    for (const gone of this.#gone.values()) gone.isSignedFor ||= isToldOf(gone.checkpoint, restoration);
  }

  all(): Iterable<Readonly<GoneCheckpoint>> {
    return this.#gone.values();
  }
}

/** Does it say why a checkpoint that ends there is not in the tables? A line may be moved in its file; its time may not. */
function isToldOf({ topic, partition, nextOffset, at }: SignedCheckpoint, told: Restoration): boolean {
  return (
    told.topic === topic &&
    told.partition === partition &&
    told.since < nextOffset &&
    nextOffset <= told.upTo &&
    at <= told.at
  );
}
