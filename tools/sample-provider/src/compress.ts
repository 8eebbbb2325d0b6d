import { gzipSync } from 'node:zlib';

const worthwhileBytes = 1024;

/** Gives a body's gzip form, made once per body; undefined where it is not worth it. */
export type Compress = (body: Buffer) => Buffer | undefined;

/** Makes a compressor that remembers the bodies it has seen for as long as they live. */
export function createCompress(): Compress {
  const compressed = new WeakMap<Buffer, Buffer>();
  return (body) => {
    if (body.length <= worthwhileBytes) return undefined;
    const known = compressed.get(body);
    if (known) return known;
    const made = gzipSync(body);
    compressed.set(body, made);
    return made;
  };
}

/** Whether a caller takes gzip; a weight of nought is a refusal. */
export function acceptsGzip(acceptEncoding: string | undefined): boolean {
  return /(?:^|,)\s*gzip\s*(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))(?:;|,|$)/i.test(acceptEncoding ?? '');
}
