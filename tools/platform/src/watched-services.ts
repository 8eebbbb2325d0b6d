/** The services whose live state the console shows, however a platform is run: all but itself. */
export const watchedServices = [
  'edge',
  'authz',
  'throttle',
  'audit-writer',
  'billing-aggregator',
  'query-api',
  'sync-sds',
  'authz-admin-api',
  'throttle-admin-api',
] as const;
