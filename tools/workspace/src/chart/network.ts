import { BlockList, isIPv4 } from 'node:net';
import { z } from 'zod';
import { type Manifest } from './render-chart.ts';

type Labels = Readonly<Record<string, string>>;

/** One end of a connection: a pod of some namespace, or an address beyond the cluster. */
export type End = { readonly labels: Labels; readonly namespace: string } | { readonly address: string };

const Matched = z.object({ matchLabels: z.record(z.string(), z.string()).default({}) });
const Peer = z.strictObject({
  podSelector: Matched.optional(),
  namespaceSelector: Matched.optional(),
  ipBlock: z.object({ cidr: z.string(), except: z.array(z.string()).default([]) }).optional(),
});
const Ports = z.array(z.strictObject({ protocol: z.string(), port: z.number() }));
const Policy = z.looseObject({
  spec: z.strictObject({
    podSelector: Matched,
    policyTypes: z.array(z.enum(['Ingress', 'Egress'])),
    ingress: z.array(z.strictObject({ ports: Ports, from: z.array(Peer).optional() })).default([]),
    egress: z.array(z.strictObject({ ports: Ports, to: z.array(Peer).optional() })).default([]),
  }),
});

const namespace = 'spine';
const holds = (selector: z.output<typeof Matched>, labels: Labels) =>
  Object.entries(selector.matchLabels).every(([name, value]) => labels[name] === value);

function isIn(cidr: string, address: string): boolean {
  const [network = '', bits] = cidr.split('/');
  if (isIPv4(network) !== isIPv4(address)) return false;
  const blocks = new BlockList();
  const family = isIPv4(network) ? 'ipv4' : 'ipv6';
  blocks.addSubnet(network, Number(bits), family);
  return blocks.check(address, family);
}

function isPeer({ podSelector, namespaceSelector, ipBlock }: z.output<typeof Peer>, end: End): boolean {
  if ('address' in end) {
    return (
      ipBlock !== undefined &&
      isIn(ipBlock.cidr, end.address) &&
      !ipBlock.except.some((cidr) => isIn(cidr, end.address))
    );
  }
  if (ipBlock !== undefined) return false;
  const inNamespace =
    namespaceSelector === undefined
      ? end.namespace === namespace
      : holds(namespaceSelector, { 'kubernetes.io/metadata.name': end.namespace });
  return inNamespace && (podSelector === undefined || holds(podSelector, end.labels));
}

/** What the policies among the objects let through, as a network plugin judges that enforces them. */
export function networkOf(manifests: readonly Manifest[]) {
  const policies = manifests
    .filter(({ kind }) => kind === 'NetworkPolicy')
    .map((manifest) => Policy.parse(manifest).spec);
  const lets = (
    direction: 'Ingress' | 'Egress',
    labels: Labels,
    peer: End,
    port: number,
    protocol: string,
  ) => {
    const own = policies.filter((it) => it.policyTypes.includes(direction) && holds(it.podSelector, labels));
    if (own.length === 0) return true;
    return own
      .flatMap((it) =>
        direction === 'Ingress'
          ? it.ingress.map(({ ports, from }) => ({ ports, peers: from }))
          : it.egress.map(({ ports, to }) => ({ ports, peers: to })),
      )
      .some(
        ({ ports, peers }) =>
          ports.some((it) => it.port === port && it.protocol === protocol) &&
          (peers === undefined || peers.some((it) => isPeer(it, peer))),
      );
  };
  return {
    /** Whether a pod of the release is reached by somebody. */
    isReached: (labels: Labels, from: End, port: number) => lets('Ingress', labels, from, port, 'TCP'),
    /** Whether a pod of the release may reach somebody. */
    mayReach: (labels: Labels, to: End, port: number, protocol = 'TCP') =>
      lets('Egress', labels, to, port, protocol),
  };
}
