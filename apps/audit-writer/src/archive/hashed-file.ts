import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';

/** What a manifest says of a file's bytes. */
export type FileFacts = { readonly bytes: number; readonly sha256: string };

/** A new file, hashed as it is written. */
export class HashedFile {
  readonly #file: FileHandle;
  readonly #hash = createHash('sha256');
  #bytes = 0;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Rejects where a file of that name is there already. It is closed with `resources` unless it is ended before. */
  static async make(path: string, resources: AsyncDisposableStack): Promise<HashedFile> {
    return new HashedFile(resources.use(await open(path, 'wx', 0o600)));
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.#hash.update(chunk);
    this.#bytes += chunk.byteLength;
    for (let at = 0; at < chunk.byteLength;) {
      at += (await this.#file.write(chunk, at)).bytesWritten;
    }
  }

  /** Resolves once all is on disk. */
  async end(): Promise<FileFacts> {
    await this.#file.sync();
    await this.#file.close();
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }
}
