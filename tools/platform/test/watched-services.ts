/** What the console's page of live states must show of a platform, however it is run. */
export const watchedServices = [
  'edge',
  'authz',
  'throttle',
  'audit-writer',
  'billing-aggregator',
  'query-api',
  'sync-sds',
] as const;
