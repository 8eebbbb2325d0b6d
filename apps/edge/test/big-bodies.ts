import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { type DevelopmentPki, startStubProvider } from '@ssp/testing';
import { createConsumer, exampleHeaders } from './consumer.ts';
import { startForwardingEdge } from './forwarding-edge.ts';
import { growthDuring } from './resident-bytes.ts';
import { targetPath } from './target.ts';

/** Tells by how many bytes the edge's memory grew while a body went through it. */
export type BigBodies = {
  /** A body of so many bytes from the provider to the consumer. */
  readonly download: (bytes: number) => Promise<number>;
  /** A body of so many bytes from the consumer to the provider. */
  readonly upload: (bytes: number) => Promise<number>;
};

const mebibyte = 1_024 * 1_024;
const block = Buffer.alloc(64 * 1_024, 'a');

/** An edge as a process of its own, so that its memory is nobody else's, between a consumer and a provider, and warm. */
export async function startBigBodies(
  pki: DevelopmentPki,
  resources: AsyncDisposableStack,
): Promise<BigBodies> {
  const provider = await startStubProvider({ pki }, resources);
  const edge = await startForwardingEdge(pki, provider, resources);
  const consumer = createConsumer({ port: edge.port, caFile: pki.ca }, pki.consumers.good, resources);
  const path = `${targetPath}/Binary`;

  const download = async (bytes: number) => {
    provider.answerWith((_req, res) => {
      res.writeHead(200, { 'Content-Length': String(bytes) });
      pump(res, bytes);
    });
    const outgoing = consumer.open({ path, headers: exampleHeaders });
    outgoing.end();
    const [response] = await once(outgoing, 'response');
    let got = 0;
    for await (const chunk of response) got += chunk.length;
    if (got !== bytes) throw new Error(`${got} of ${bytes} bytes came to the consumer`);
  };

  const upload = async (bytes: number) => {
    provider.answerWith((req, res) => {
      // Only counted: kept, they would be as much memory as the body.
      let got = 0;
      req.removeAllListeners('data');
      req.on('data', (chunk: Buffer) => {
        got += chunk.length;
      });
      req.on('end', () => res.end(String(got)));
    });
    const headers = { ...exampleHeaders, 'Content-Length': String(bytes) };
    const outgoing = consumer.open({ path, method: 'POST', headers });
    pump(outgoing, bytes);
    const [response] = await once(outgoing, 'response');
    const got = await text(response);
    if (got !== String(bytes)) throw new Error(`${got} of ${bytes} bytes came to the provider`);
  };

  await download(32 * mebibyte);
  await upload(32 * mebibyte);
  return {
    download: (bytes) => growthDuring(edge.pid, () => download(bytes)),
    upload: (bytes) => growthDuring(edge.pid, () => upload(bytes)),
  };
}

/** Writes so many bytes as fast as they are taken. */
function pump(
  to: { write(chunk: Buffer): boolean; end(): void; once(event: 'drain', go: () => void): void },
  bytes: number,
) {
  let left = bytes;
  const go = () => {
    while (left > 0) {
      const part = left < block.length ? block.subarray(0, left) : block;
      left -= part.length;
      if (!to.write(part)) return to.once('drain', go);
    }
    return to.end();
  };
  go();
}
