export { liveContent, type LiveContent } from './live-content.ts';
export {
  type ServiceLook,
  serviceWatch,
  type ServiceWatch,
  type WatchedService,
} from './look-at-services.ts';
export { type Verdict } from './verdict.ts';
