import { type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { type Answer } from './answer.ts';
import { type Fault } from './fault.ts';

const dripPieces = 20;

/** Sends an answer, spoilt as the fault says. A fault that is still going on when `gone` aborts is given up. */
export async function sendAnswer(
  res: ServerResponse,
  { status, body, headers }: Answer,
  fault: Fault,
  gone: AbortSignal,
): Promise<void> {
  if (fault.delayMs !== undefined) await delay(fault.delayMs, undefined, { signal: gone });
  if (fault.ending === 'hang') return;
  if (fault.ending === 'reset') {
    res.destroy();
    return;
  }
  for (const [name, value] of Object.entries(headers ?? {})) res.setHeader(name, value);
  if (fault.ending === 'die') {
    res.writeHead(status, { 'Content-Length': body.length });
    res.write(body.subarray(0, Math.ceil(body.length / 2)), () => res.destroy());
    return;
  }
  if (fault.dripMs !== undefined) {
    await drip(res, status, body, fault.dripMs, gone);
    return;
  }
  res.writeHead(status, { 'Content-Length': body.length });
  res.end(body);
}

async function drip(res: ServerResponse, status: number, body: Buffer, dripMs: number, gone: AbortSignal) {
  // No length in the head, so that the answer is chunked.
  res.writeHead(status);
  const pieceBytes = Math.ceil(body.length / dripPieces);
  for (let at = 0; at < body.length; at += pieceBytes) {
    res.write(body.subarray(at, at + pieceBytes));
    await delay(dripMs / dripPieces, undefined, { signal: gone });
  }
  res.end();
}
