import { type Api } from './api.ts';
import { type ConsoleConfig } from './config.ts';

/** What pages are made of. */
export type PageSources = {
  readonly config: ConsoleConfig;
  readonly billing: Api;
};
