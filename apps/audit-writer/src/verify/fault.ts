/** The first thing found wrong with a chain. It never repeats what a row holds. */
export type Fault = {
  readonly topic: string;
  readonly partition: number;
  readonly of: 'event' | 'full URL' | 'record put aside' | 'checkpoint' | 'chain head' | 'retirement';
  readonly kind: 'altered' | 'missing' | 'repeated' | 're-ordered' | 'put in' | 'not signed by a known key';
  readonly offset: bigint;
  /** For people. */
  readonly detail: string;
};
