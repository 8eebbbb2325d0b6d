import { join } from 'node:path';
import { repositoryRoot } from '../paths.ts';
import { writePagePart } from '../report/page-part.ts';
import { findLimits } from './find-limits.ts';
import { tryHeadroom } from './headroom.ts';
import { readFigures } from './read-figures.ts';
import { type Named, renderSizes } from './render-sizes.ts';
import { sizePlatform } from './size-platform.ts';
import { readSizingArguments, type SizingArguments, usage } from './sizing-arguments.ts';
import { nation } from './volumes.ts';

const usual = [
  { name: 'a practice', share: 1 / nation.practices },
  { name: 'a tenth', share: 0.1 },
  { name: 'the nation', share: 1 },
  { name: '10 nations', share: 10 },
  { name: '100 nations', share: 100 },
];
/** The headroom is tried on these: the fewest of which one may die. */
const edgesTried = 3;
const page = { file: join(repositoryRoot, 'docs/scale.md'), title: 'Scale' };

async function main(): Promise<number> {
  let options: SizingArguments;
  try {
    options = readSizingArguments(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(
      `npm run sizing: ${error instanceof Error ? error.message : String(error)}\n${usage}`,
    );
    return 2;
  }
  if (options.help) {
    process.stdout.write(usage);
    return 0;
  }
  const { assumed, rates, seed } = options;
  const figures = await readFigures();
  const peaks =
    rates.length > 0
      ? rates.map((rate) => ({ name: `${rate}/s`, perSecond: rate }))
      : usual.map(({ name, share }) => ({ name, perSecond: share * nation.peakPerSecond }));
  const named = peaks.map(({ name, perSecond }): Named => ({
    name,
    size: sizePlatform(figures, perSecond, assumed),
  }));
  const headroom = tryHeadroom(figures, edgesTried, seed);
  const text = renderSizes(named, findLimits(figures, assumed), headroom, {
    figures,
    assumed,
    edges: edgesTried,
  });
  process.stdout.write(`${text}\n`);
  if (options.write) await writePagePart(page, 'sizing', text);
  return 0;
}

process.exitCode = await main();
