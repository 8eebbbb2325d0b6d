import { z } from 'zod';

/** V8's CPU profile, as far as it is read here; the file keeps all of it. */
export const CpuProfile = z.looseObject({
  nodes: z.array(
    z.looseObject({
      id: z.int(),
      callFrame: z.looseObject({ functionName: z.string(), url: z.string(), lineNumber: z.int() }),
      children: z.array(z.int()).optional(),
    }),
  ),
  /** The node on top of the stack at each sample. */
  samples: z.array(z.int()),
});
export type CpuProfile = z.output<typeof CpuProfile>;

/** One function as V8 names it; native code has no `url`. */
export type Frame = { readonly name: string; readonly url: string; readonly line: number };

/** A stack that was seen `samples` times, the running function first and its oldest caller last. */
export type Stack = { readonly frames: readonly Frame[]; readonly samples: number };

/** Every different stack of a profile, and how often it was seen. */
export function stacksOf({ nodes, samples }: CpuProfile): readonly Stack[] {
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const frames = new Map(
    nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => [
      id,
      { name: functionName, url, line: lineNumber + 1 },
    ]),
  );
  const counts = new Map<number, number>();
  for (const id of samples) counts.set(id, (counts.get(id) ?? 0) + 1);
  return [...counts].map(([top, count]) => {
    const stack: Frame[] = [];
    for (let id: number | undefined = top; id !== undefined; id = parents.get(id)) {
      const frame = frames.get(id);
      if (frame !== undefined) stack.push(frame);
    }
    return { frames: stack, samples: count };
  });
}
