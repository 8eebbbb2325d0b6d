import { findListener } from './cpu/find-listener.ts';
import { type Forwarding } from './forwarding/start-forwarding.ts';
import { type PlatformCard } from './platform/platform-card.ts';
import { type Yardstick } from './yardstick/start-yardstick.ts';

/** A process of a system, with its descendants. */
export type Part = { readonly name: string; readonly pid: number };

/** One of the things compared. */
export type System = {
  readonly name: string;
  readonly proxyUrl: string;
  /** Its own processes: their sum is what it costs. */
  readonly own: readonly Part[];
  /** What it leans on; shown, but not in the sum. */
  readonly beside: readonly Part[];
  /** Whether its exchanges end up in the platform's books. */
  readonly isBooked: boolean;
};

export const platformName = 'platform';
export const yardstickName = 'nginx + auth_request (node:http)';
export const expressYardstickName = 'nginx + auth_request (express)';
export const aloneName = 'nginx alone';
export const forwardingName = 'forwarding alone';

/** The platform with its consumers of events. */
export function platformSystem(card: PlatformCard): System {
  const { services } = card;
  const each = (name: 'edge' | 'authz' | 'throttle' | 'audit-writer' | 'billing-aggregator') =>
    services[name].map(({ pid }) => ({ name, pid }));
  return {
    name: platformName,
    proxyUrl: card.edge.https,
    own: [
      ...each('edge'),
      ...each('authz'),
      ...each('throttle'),
      ...each('audit-writer'),
      ...each('billing-aggregator'),
    ],
    beside: [...backing(card), providerOf(card)],
    isBooked: true,
  };
}

/** What the platform is compared with, in the order in which they take turns after it. */
export function rivalSystems(
  card: PlatformCard,
  yardstick: Yardstick,
  forwarding: Forwarding,
): readonly System[] {
  const nginx = { name: 'nginx', pid: yardstick.nginxPid };
  const rival = { beside: [providerOf(card)], isBooked: false };
  return [
    {
      ...rival,
      name: forwardingName,
      proxyUrl: forwarding.url,
      own: [{ name: 'edge', pid: forwarding.pid }],
    },
    {
      ...rival,
      name: yardstickName,
      proxyUrl: yardstick.urls.http,
      own: [nginx, { name: 'authz', pid: yardstick.authzPids.http }],
    },
    {
      ...rival,
      name: expressYardstickName,
      proxyUrl: yardstick.urls.express,
      own: [nginx, { name: 'authz', pid: yardstick.authzPids.express }],
    },
    { ...rival, name: aloneName, proxyUrl: yardstick.urls.alone, own: [nginx] },
  ];
}

function providerOf({ services }: PlatformCard): Part {
  return { name: 'provider', pid: services['sample-provider'][0].pid };
}

/** The backing services that run as programs of this machine; the others cannot be measured from here. */
function backing({ redis, kafka, postgres }: PlatformCard): readonly Part[] {
  const found = [
    { name: 'redis', command: 'redis-server', port: portOf(redis, 6379) },
    { name: 'kafka', command: 'java', port: portOf(`kafka://${kafka[0]}`, 9092) },
    { name: 'postgres', command: 'postgres', port: portOf(postgres, 5432) },
  ];
  return found.flatMap(({ name, command, port }) => {
    const pid = findListener(port, command);
    return pid === undefined ? [] : [{ name, pid }];
  });
}

function portOf(url: string, otherwise: number): number {
  const { port } = new URL(url);
  return port === '' ? otherwise : Number(port);
}
