/** Both clocks of the machine at one moment: the one that tells the time and may be set, and the one that only runs on. */
export type Moment = { readonly wallMs: number; readonly monotonicMs: number };

export type Clocks = () => Moment;

export const systemClocks: Clocks = () => ({ wallMs: Date.now(), monotonicMs: performance.now() });
