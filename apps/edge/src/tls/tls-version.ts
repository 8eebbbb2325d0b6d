import { z } from 'zod';

/** The TLS versions that are spoken at all (spec 4.1). */
export const TlsVersion = z.enum(['TLSv1.2', 'TLSv1.3']);
export type TlsVersion = z.infer<typeof TlsVersion>;
