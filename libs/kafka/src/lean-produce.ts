import { z } from 'zod';
import { isPlain, type ProduceAsk, produceRequest } from './produce-request.ts';

/** The client's produce request, version 3; versions 5 to 7 are made from it and differ in their number alone. */
const v3 = 'kafkajs/src/protocol/requests/produce/v3/request';

/** Marks what has been replaced. */
const lean = Symbol.for('ssp.lean-produce');

type Request = { readonly encode: () => Promise<unknown> };
const MakeRequest = z.custom<(ask: ProduceAsk) => Request>((value) => typeof value === 'function');

/**
 * Replaces how kafkajs 2.2.4 writes a produce request: it copies every record eight times and computes the checksum byte by
 * byte, which cost a fifth of the edge's CPU. Anything but plain values still goes the client's own way.
 * Throws when the client's inside is not the one it was written for, or has been used already.
 */
export function leanProduce(require: NodeJS.Require): void {
  const path = require.resolve(v3);
  // Once for each client: this module may be loaded anew beside the one that stays.
  if (require.cache[path] !== undefined && Reflect.has(Object(require(path)), lean)) return;
  if (require.cache[require.resolve(v3.replace('v3', 'v5'))] !== undefined)
    throw new Error('kafkajs has written a produce request before it was corrected');
  const own = MakeRequest.parse(require(path));
  const probe = own({
    acks: -1,
    timeout: 1,
    producerId: '1',
    producerEpoch: 0,
    topicData: [],
  });
  if (Reflect.get(probe, 'apiVersion') !== 3 || typeof probe.encode !== 'function')
    throw new Error('kafkajs has changed inside: see whether lean-produce.ts is still needed');
  const module = require.cache[path];
  if (module === undefined) throw new Error('kafkajs is not loaded through this require');
  const makeRequest = (ask: ProduceAsk): Request => {
    const request = own(ask);
    if (!isPlain(ask)) return request;
    return { ...request, encode: () => Promise.resolve(asEncoder(produceRequest(ask, Date.now()))) };
  };
  module.exports = Object.assign(makeRequest, { [lean]: true });
}

/** What the client's encoder takes over from another one. */
function asEncoder(buffer: Buffer) {
  return { buf: buffer, buffer, size: () => buffer.length };
}
