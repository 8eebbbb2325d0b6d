import { type SignedCheckpoint } from '../checkpoint.ts';
import { type ChainKind } from './chain-source.ts';

/** What a checkpoint contradicts: something from `from` on and below `below`. */
export type Contradiction = { readonly from: bigint; readonly below: bigint };

/** The checkpoints not yet passed while the rows of a chain are walked in order. */
export class Milestones {
  readonly #kind: ChainKind;
  readonly #coming: AsyncIterator<SignedCheckpoint>;
  #next: SignedCheckpoint | null = null;
  #isStarted = false;
  #passedOffset = 0n;

  constructor(checkpoints: AsyncIterable<SignedCheckpoint>, kind: ChainKind) {
    this.#coming = checkpoints[Symbol.asyncIterator]();
    this.#kind = kind;
  }

  /** Passes those that end at or before `offset`, where the chain has come to `digest`. */
  async pass(offset: bigint, digest: Buffer): Promise<Contradiction | null> {
    if (!this.#isStarted) await this.#advance();
    while (this.#next && this.#next.nextOffset <= offset) {
      const signed = this.#kind === 'event' ? this.#next.eventDigest : this.#next.urlDigest;
      const below = this.#next.nextOffset;
      if (!signed.equals(digest)) return { from: this.#passedOffset, below };
      this.#passedOffset = below;
      await this.#advance();
    }
    return null;
  }

  /** Passes over those that end at or before `offset`: what stands there is not known. */
  async skipTo(offset: bigint): Promise<void> {
    if (!this.#isStarted) await this.#advance();
    while (this.#next && this.#next.nextOffset <= offset) {
      this.#passedOffset = this.#next.nextOffset;
      await this.#advance();
    }
  }

  async #advance(): Promise<void> {
    this.#isStarted = true;
    const { value, done } = await this.#coming.next();
    this.#next = done === true ? null : value;
  }
}
