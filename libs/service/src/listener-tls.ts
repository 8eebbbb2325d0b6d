import { type z } from 'zod';
import { isLoopback } from './is-loopback.ts';

/** The files of a listener that asks its callers for certificates, and who these may be. */
export type ListenerTls = {
  readonly certFile: string;
  readonly keyFile: string;
  readonly caFile: string;
  /** One of these names a caller's certificate must bear; undefined where any of the CA will do. */
  readonly callerNames?: readonly string[] | undefined;
};

/** What a listener's variables may say. */
type Given = { readonly [Part in keyof ListenerTls]: ListenerTls[Part] | undefined } & {
  readonly host: string;
};

/**
 * The TLS of the listener whose variables begin with `prefix`; null where it is plain. Faults of the environment are half a TLS, names
 * of callers without it, and an address beyond loopback without it.
 */
export function toListenerTls(
  prefix: 'LISTEN' | 'ADMIN',
  { host, certFile, keyFile, caFile, callerNames }: Given,
  ctx: z.RefinementCtx,
): ListenerTls | null {
  if (certFile !== undefined && keyFile !== undefined && caFile !== undefined)
    return { certFile, keyFile, caFile, callerNames };
  const fault = (variable: string, message: string) =>
    ctx.addIssue({ code: 'custom', path: [`${prefix}_${variable}`], message });
  const files = ['CERT', 'KEY', 'CA'].map((file) => `${prefix}_TLS_${file}_FILE`);
  const all = `${files.slice(0, -1).join(', ')} and ${files.at(-1)}`;
  if (callerNames !== undefined) fault('TLS_CALLER_NAMES', `callers have names only with ${all}`);
  if (certFile !== undefined || keyFile !== undefined || caFile !== undefined)
    fault('TLS_CERT_FILE', 'certificate, key and CA belong together');
  else if (!isLoopback(host)) fault('HOST', `beyond loopback the listener needs ${all}`);
  return null;
}
