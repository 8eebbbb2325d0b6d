import { BlockList, isIPv4 } from 'node:net';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { type Manifest, renderChart, valueSets } from './render-chart.ts';

const Block = z.object({ cidr: z.string(), except: z.array(z.string()).default([]) });

/** All `ipBlock`s of a manifest, wherever they stand in it. */
function blocksOf(value: unknown): readonly z.output<typeof Block>[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'ipBlock' ? [Block.parse(inner)] : blocksOf(inner),
  );
}
const blocks = (manifests: readonly Manifest[]) => manifests.flatMap((it) => blocksOf(it));

/** As Kubernetes holds it: an exception is a part of its CIDR, and not the whole of it. */
function isPart(inner: string, outer: string): boolean {
  const [address = '', bits] = inner.split('/');
  const [network = '', outerBits] = outer.split('/');
  if (isIPv4(address) !== isIPv4(network) || Number(bits) <= Number(outerBits)) return false;
  const family = isIPv4(network) ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(network, Number(outerBits), family);
  return list.check(address, family);
}

const providers = (...cidrs: readonly string[]) => `--set=edge.providers={${cidrs.join(',')}}`;
const notProviders = (...cidrs: readonly string[]) => `--set=edge.notProviders={${cidrs.join(',')}}`;

test.for(['default', 'small', 'national'] as const)(
  'a cluster takes the exceptions of every policy, with %s',
  async (set) => {
    const all = blocks(await renderChart(valueSets[set]));
    expect(all.length).toBeGreaterThan(0);
    const others = all.flatMap(({ cidr, except }) => except.filter((it) => !isPart(it, cidr)));
    expect(others).toEqual([]);
  },
);

test('what is no provider is left out of the CIDRs that it lies in', async () => {
  const all = blocks(
    await renderChart([
      providers('fd00:ec2::/32', '10.0.0.0/8', '2001:db8::/64', '192.168.128.0/17'),
      notProviders(
        '10.1.0.0/16',
        'FD00:EC2::254/128',
        '169.254.0.0/16',
        '2001:db8:0:0:1::/80',
        '192.168.0.0/24',
      ),
    ]),
  );
  const of = (cidr: string) => all.filter((it) => it.cidr === cidr).map(({ except }) => except);
  expect(of('10.0.0.0/8')).toEqual([['10.1.0.0/16']]);
  expect(of('fd00:ec2::/32')).toEqual([['FD00:EC2::254/128']]);
  expect(of('2001:db8::/64')).toEqual([['2001:db8:0:0:1::/80']]);
  expect(of('192.168.128.0/17')).toEqual([[]]);
});

test('who leaves no address of a CIDR of providers is told', async () => {
  await expect(renderChart([providers('10.1.2.0/24'), notProviders('10.0.0.0/8')])).rejects.toThrow(
    '10.0.0.0/8 leaves nothing of 10.1.2.0/24',
  );
});
