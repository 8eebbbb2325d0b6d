import { SetupError } from '../setup-error.ts';
import type { BackingContext, BackingPart, BackingService } from './backing-part.ts';
import { findEngine, isEngineNear } from './container-engine.ts';
import { obtainImage } from './container-image.ts';

type Part = BackingPart<BackingService>;
type Asking = Pick<BackingContext, 'environment' | 'report'>;

/** Where a backing service comes from. */
export type Source = BackingService['source'];

/** Where each part comes from, and the engine of those that are containers. */
export interface Choice {
  readonly engine: URL | undefined;
  readonly sources: ReadonlyMap<Part, Source>;
}

/**
 * For each part the address that was given, else a container where an engine of this machine answers and has the
 * image or can get it, else a local program; a line says why it is not a container where it might have been one.
 * Throws a SetupError where containers alone are wanted and one is not to be had.
 */
export async function chooseSources(parts: readonly Part[], asking: Asking): Promise<Choice> {
  const { environment, report } = asking;
  const isGiven = (part: Part): boolean => part.fromEnvironment !== undefined;
  if (parts.every(isGiven) || environment.backing === 'local') {
    return {
      engine: undefined,
      sources: new Map(parts.map((part) => [part, isGiven(part) ? 'environment' : 'local'])),
    };
  }
  const engine = await chooseEngine(asking);
  const choose = async (part: Part): Promise<Source> => {
    if (isGiven(part)) return 'environment';
    if (engine === undefined) return 'local';
    const fault = await obtainImage(engine, part.image, report);
    if (fault === undefined) return 'container';
    const what = `${part.name}: the image ${part.image.name} is not to be had`;
    if (environment.backing === 'container')
      throw new SetupError(`SSP_BACKING=container; ${what} (${fault}).`);
    report(`${what}, so a local program is used (${fault}).`);
    return 'local';
  };
  return {
    engine,
    sources: new Map(await Promise.all(parts.map(async (part) => [part, await choose(part)] as const))),
  };
}

async function chooseEngine({ environment, report }: Asking): Promise<URL | undefined> {
  const engine = await findEngine(environment, report);
  if (engine !== undefined && (await isEngineNear().catch(() => false))) return engine;
  if (environment.backing === 'container') {
    throw new SetupError('SSP_BACKING=container; no Docker engine answers on this machine.');
  }
  if (engine !== undefined) {
    report('The Docker engine that answers is not on this machine, so local programs are used.');
  }
  return undefined;
}
