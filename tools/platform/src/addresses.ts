/** The addresses that other processes and people need. */
export type Addresses = {
  readonly edgeHttps: number;
  readonly edgeHttp: number;
  readonly provider: number;
  readonly auditApi: number;
  readonly authzApi: number;
  readonly throttleApi: number;
  readonly billingApi: number;
  readonly console: number;
  readonly identityProvider: number;
};
