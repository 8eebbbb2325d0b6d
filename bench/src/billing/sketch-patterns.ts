/** A sketch of so many times, two to the power of `magnitude`, in the form that the tables keep. */
export type SketchPattern = { readonly id: number; readonly provider: Buffer; readonly own: Buffer };

export const variants = 8;
const magnitudeMax = 28;
const samplesMax = 5_000;
const spread = 0.35;
const gamma = 1.01 / 0.99;

/** Sketches for every magnitude, some of each; `id` is the magnitude times `variants`, and the variant. */
export function sketchPatterns(): readonly SketchPattern[] {
  return Array.from({ length: (magnitudeMax + 1) * variants }, (_, id) => {
    const [magnitude, variant] = [Math.floor(id / variants), id % variants];
    return { id, provider: sketchOf(80_000, magnitude, variant), own: sketchOf(3_000, magnitude, variant) };
  });
}

/** Log-logistic times around a median in microseconds, evenly taken so that they are always the same. */
function sketchOf(medianUs: number, magnitude: number, variant: number): Buffer {
  const samples = Math.min(2 ** magnitude, samplesMax);
  const weight = Math.round(2 ** magnitude / samples);
  const counts = new Map<number, number>();
  for (let nth = 0; nth < samples; nth += 1) {
    const share = (nth + (variant + 0.5) / variants) / samples;
    const us = medianUs * Math.exp(spread * Math.log(share / (1 - share)));
    const bucket = Math.ceil(Math.log(us) / Math.log(gamma)) + 1;
    counts.set(bucket, (counts.get(bucket) ?? 0) + weight);
  }
  const bytes: number[] = [1];
  let before = 0;
  for (const [bucket, count] of [...counts].toSorted(([left], [right]) => left - right)) {
    bytes.push(...varint(bucket - before), ...varint(count));
    before = bucket;
  }
  return Buffer.from(bytes);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return [...bytes, rest];
}
