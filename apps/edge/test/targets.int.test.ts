import { afterAll, expect, test } from 'vitest';
import { edgeRig, ownHeaders, targetPath } from './rig.ts';

const resources = new AsyncDisposableStack();
const rig = await edgeRig(resources, {
  EDGE_TARGET_PORT_443: 'true',
  EDGE_TARGET_COLLAPSED_SLASH: 'true',
});
afterAll(() => resources.disposeAsync());

const url = targetPath.slice(1);
const encoded = `/${encodeURIComponent(url)}`;
const host = new URL(url).host;
const base = new URL(url).pathname;

test.for([
  { asked: targetPath, sent: base },
  { asked: `${targetPath}/`, sent: `${base}/` },
  { asked: `/https://${host}`, sent: '/' },
  { asked: `/https://${host}?a=b`, sent: '/?a=b' },
  { asked: `/HTTPS://${host.toUpperCase()}${base}?`, sent: `${base}?` },
  {
    asked: `${targetPath}/a%20b%2Fc%7cd//e/;f=g?h=%zz&h=//&i={|}`,
    sent: `${base}/a%20b%2Fc%7cd//e/;f=g?h=%zz&h=//&i={|}`,
  },
  {
    asked: `${targetPath}/https://x.example:8443/...y`,
    sent: `${base}/https://x.example:8443/...y`,
  },
  { asked: encoded, sent: base },
  { asked: encoded.replaceAll(/%../g, (escape) => escape.toLowerCase()), sent: base },
  { asked: `${encoded}%2Fa%2520b%3Fc%3Dd%257Ce`, sent: `${base}/a%20b?c=d%7Ce` },
  { asked: `${encoded}?c=d%7Ce%2525`, sent: `${base}?c=d%7Ce%2525` },
  { asked: `${encoded}/Patient/$find`, sent: `${base}/Patient/$find` },
  { asked: targetPath.replace(host, `${host}:443`), sent: base },
  { asked: targetPath.replace('//', '/'), sent: base },
])(
  'what is asked for as $asked reaches the provider as $sent, with the registered Host',
  async ({ asked, sent }) => {
    const before = rig.provider.requests.length;
    const answer = await rig.good.send({ path: asked, headers: ownHeaders() });
    expect(answer.status).toBe(200);
    const seen = rig.provider.requests.slice(before);
    expect(seen.map(({ target }) => target)).toEqual([sent]);
    const names = seen.flatMap(({ rawHeaders }) =>
      rawHeaders.filter((_, at) => rawHeaders[at - 1]?.toLowerCase() === 'host'),
    );
    expect(names).toEqual([host]);
  },
);
