import { z } from 'zod';

/** Accredited System Identifier: twelve digits, one per organisation and system (spec 3.1, 6.2). */
export const Asid = z.string().regex(/^\d{12}$/, 'an ASID is twelve digits');
export type Asid = z.infer<typeof Asid>;
