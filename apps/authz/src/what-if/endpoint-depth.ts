import { type Snapshot } from '../snapshot.ts';

/** How many segments of a target's path can matter: one more than the deepest registered endpoint has. */
export function endpointDepth({ handlers }: Pick<Snapshot, 'handlers'>): number {
  let deepest = 0;
  for (const byInteraction of handlers.values()) {
    for (const registered of byInteraction.values()) {
      for (const { endpoints } of registered) {
        for (const { under } of endpoints) deepest = Math.max(deepest, under.split('/').length - 2);
      }
    }
  }
  return deepest + 1;
}
