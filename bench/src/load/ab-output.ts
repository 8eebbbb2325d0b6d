/** What ab reports of one run. */
export type AbResult = {
  readonly completed: number;
  /** Connections that broke, and answers of another length than the first. */
  readonly failed: number;
  readonly non2xx: number;
  readonly keptAlive: number;
  readonly bodyBytes: number;
  readonly perSecond: number;
  /** Half of the requests took at most this long. */
  readonly medianMs: number;
  /** Of a hundred requests, 99 took at most this long. */
  readonly p99Ms: number;
  /** Protocol and cipher, for instance `TLSv1.2,ECDHE-RSA-AES256-GCM-SHA384`. */
  readonly tls: string;
};

/** Reads what ab prints. @throws Error when ab has given up half-way */
export function parseAbOutput(text: string): AbResult {
  const number = (label: string): number | undefined => {
    const found = new RegExp(`^${label}:?\\s+([\\d.]+)`, 'm').exec(text)?.[1];
    return found === undefined ? undefined : Number(found);
  };
  const needed = (label: string): number => {
    const value = number(label);
    if (value === undefined) throw new Error(`ab did not report "${label}"`);
    return value;
  };
  const tls = /^SSL\/TLS Protocol:\s+([^,\s]+,[^,\s]+)/m.exec(text)?.[1];
  return {
    completed: needed('Complete requests'),
    failed: needed('Failed requests') + (number('Write errors') ?? 0),
    // Left out by ab when there are none.
    non2xx: number('Non-2xx responses') ?? 0,
    keptAlive: needed('Keep-Alive requests'),
    bodyBytes: needed('Document Length'),
    perSecond: needed('Requests per second'),
    medianMs: needed('\\s+50%'),
    p99Ms: needed('\\s+99%'),
    tls: tls ?? 'none',
  };
}
