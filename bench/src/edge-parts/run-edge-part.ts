import { type Leash } from '@ssp/testing';
import { z } from 'zod';
import { type BenchArguments, type EdgePart } from '../arguments.ts';
import { benchPaths } from '../paths.ts';
import { ClientCost, clientLines } from './client-lines.ts';
import { runEdgeProgram } from './run-edge-program.ts';

const bodyBytes = 1_000_000_000;
const quickBodyBytes = 100_000_000;
const MemoryGrowth = z.object({ downloadGrowthBytes: z.int(), uploadGrowthBytes: z.int() });

/** Measures something of the edge that needs no platform; returns what is to be printed. */
export async function runEdgePart(part: EdgePart, options: BenchArguments, leash: Leash): Promise<string> {
  if (part === 'client') {
    const { requests, turns } = options.client;
    const cost = ClientCost.parse(await runEdgeProgram(benchPaths.clientMain, [requests, turns], leash));
    return clientLines(cost, requests);
  }
  const bytes = options.quick ? quickBodyBytes : bodyBytes;
  const growth = MemoryGrowth.parse(await runEdgeProgram(benchPaths.memoryMain, [bytes], leash));
  return `Growth of the edge's resident memory while one body of ${bytes / 1e6} MB goes through it, after one of 32 MiB in either direction:

from the provider   ${(growth.downloadGrowthBytes / 1e6).toFixed(1)} MB
to the provider     ${(growth.uploadGrowthBytes / 1e6).toFixed(1)} MB
`;
}
