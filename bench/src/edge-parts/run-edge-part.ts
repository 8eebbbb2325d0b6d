import { type Leash } from '@ssp/testing';
import { z } from 'zod';
import { type BenchArguments, type EdgePart } from '../arguments.ts';
import { benchPaths } from '../paths.ts';
import { ClientCost, clientLines } from './client-lines.ts';
import { runEdgeProgram } from './run-edge-program.ts';

const bodyBytes = 1_000_000_000;
const quickBodyBytes = 100_000_000;
const readers = 200;
const readerBytes = 8_000_000;
const quickReaderBytes = 2_000_000;
const MemoryGrowth = z.object({ downloadGrowthBytes: z.int(), uploadGrowthBytes: z.int() });
const SlowReading = z.object({ growthBytes: z.int(), stalledGrowthBytes: z.int() });

/** Measures something of the edge that needs no platform; returns what is to be printed. */
export async function runEdgePart(part: EdgePart, options: BenchArguments, leash: Leash): Promise<string> {
  if (part === 'client') {
    const { requests, turns } = options.client;
    const cost = ClientCost.parse(await runEdgeProgram(benchPaths.clientMain, [requests, turns], leash));
    return clientLines(cost, requests);
  }
  const bytes = options.quick ? quickBodyBytes : bodyBytes;
  const growth = MemoryGrowth.parse(await runEdgeProgram(benchPaths.memoryMain, [bytes], leash));
  const slowBytes = options.quick ? quickReaderBytes : readerBytes;
  const slow = SlowReading.parse(
    await runEdgeProgram(benchPaths.slowReadersMain, [readers, slowBytes], leash),
  );
  return `Growth of the edge's resident memory while one body of ${bytes / 1e6} MB goes through it, after one of 32 MiB in either direction:

from the provider   ${megabytes(growth.downloadGrowthBytes)}
to the provider     ${megabytes(growth.uploadGrowthBytes)}

The same while ${readers} consumers each ask for ${slowBytes / 1e6} MB, after ten small answers each:

nobody reads                              ${megabytes(slow.stalledGrowthBytes)}
then a third leaves, the others read on   ${megabytes(slow.growthBytes)}
`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
