import { type ServiceLook } from '@ssp/live-state';
import { type Api } from './api.ts';
import { type ConsoleConfig } from './config.ts';

/** What pages are made of. */
export type PageSources = {
  readonly config: ConsoleConfig;
  readonly billing: Api;
  /** Null, as those below, where nobody said where it is. */
  readonly audit: Api | null;
  readonly authz: Api | null;
  readonly throttle: Api | null;
  readonly lookAtServices: (() => Promise<readonly ServiceLook[]>) | null;
};
