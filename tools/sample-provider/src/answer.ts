/** An answer ready to send. The body is never changed after it was made, so that it can be sent many times. */
export interface Answer {
  readonly status: number;
  readonly body: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}
