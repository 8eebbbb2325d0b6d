import { serviceWatch } from '@ssp/live-state';
import { type Service } from '@ssp/service';
import { type Api, type ApiConfig, connectApi } from './api.ts';
import { type PageSources } from './page-sources.ts';
import { type PlatformConfig } from './platform-config.ts';
import { renewedConnector } from './renewed-connector.ts';

/** Connects what the pages of operators and auditors are made of. */
export function connectPlatform(
  { auditApi, authzApi, throttleApi, watch }: PlatformConfig,
  service: Service,
): Pick<PageSources, 'audit' | 'authz' | 'throttle' | 'lookAtServices'> {
  const connect = (name: string, config: ApiConfig | null): Api | null =>
    config === null ? null : connectApi(name, config, service);
  return {
    audit: connect('audit', auditApi),
    authz: connect('authz', authzApi),
    throttle: connect('throttle', throttleApi),
    lookAtServices:
      watch === null ? null : serviceWatch({ ...watch, connect: renewedConnector(watch) }, service.resources),
  };
}
