import { type Logger } from 'pino';
import { type Restored } from './folder-faults.ts';

const told = {
  same: 'restored: its chains come to what was signed',
  'sealed anew': 'restored, and signed for: events come to what was signed; full URLs were sealed anew',
  dropped: 'restored, and signed for: what was written again has been dropped since',
  other:
    'restored, and signed for, but events came out otherwise than was signed: so it is where an event lay in Kafka twice; else ask who signed',
} as const;

/** Counts checkpoints that a restore has taken out of the tables, and tells of them by partition. */
export function restoredTally() {
  const tally = new Map<string, Restored & { checkpoints: number }>();
  return {
    add: (restored: Restored): void => {
      const name = `${restored.topic}/${restored.partition}/${restored.found}`;
      const known = tally.get(name);
      if (known) known.checkpoints += 1;
      else tally.set(name, { ...restored, checkpoints: 1 });
    },
    tell: (log: Logger): void => {
      for (const { found, ...counted } of tally.values()) {
        if (found === 'before') continue;
        if (found === 'other') log.warn(counted, told.other);
        else log.info(counted, told[found]);
      }
    },
  };
}
