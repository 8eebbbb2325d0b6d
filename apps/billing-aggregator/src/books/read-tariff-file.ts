import { type ReadFile, readFileText } from '@ssp/service/operator';
import { TariffFile, TariffMinimum, TariffPrice, TariffTier } from './tariff-file.ts';
import { inconsistencies } from './tariff-inconsistencies.ts';

const knownKeys = [
  ...new Set([TariffFile, TariffPrice, TariffMinimum, TariffTier].flatMap(({ shape }) => Object.keys(shape))),
];

/** Reads the text of a tariff file, YAML or JSON: all of it, or every fault with its place. */
export function readTariffFile(text: string): ReadFile<TariffFile> {
  return readFileText(text, { schema: TariffFile, inconsistencies, knownKeys });
}
