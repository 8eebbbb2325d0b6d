import { clockOffsetText } from '@ssp/contracts';
import { type Logger } from 'pino';
import { faultsText } from './check-clock.ts';
import { type ClockConfig } from './clock-environment.ts';
import { type ClockRounds } from './clock-rounds.ts';

/** Logs after each round what is not as it was after the one before: a source, the agreement, the clock itself. */
export function tellClock(rounds: ClockRounds, { offsetMaxMs }: ClockConfig, log: Logger): () => void {
  const states = new Map<string, string>();
  let known: boolean | null = null;
  let right = true;

  const tellSources = () => {
    for (const { source, state, offsetMs, why } of rounds.reports()) {
      const was = states.get(source);
      states.set(source, state);
      if (was === state) continue;
      if (state !== 'agrees') log.warn({ source, state, offsetMs, why }, 'a time server cannot be relied on');
      else if (was !== undefined) log.info({ source, offsetMs }, 'a time server can be relied on again');
    }
  };
  const tellKnown = (offsetMs: number | null) => {
    const { agreement } = rounds;
    const isKnown = agreement !== null;
    if (known === isKnown) return;
    known = isKnown;
    if (agreement === null) {
      log.warn(
        { lastOffsetMs: offsetMs, sources: faultsText(rounds.reports()) },
        'no majority of the time servers agrees: the offset of the clock is not known',
      );
    } else {
      log.info(
        { offsetMs, boundMs: Math.round(agreement.boundMs), agreeing: [...agreement.agreeing] },
        'the offset of the clock is known',
      );
    }
  };
  const tellRight = (offsetMs: number | null) => {
    if (offsetMs === null || rounds.agreement === null) return;
    const isRight = Math.abs(offsetMs) <= offsetMaxMs;
    if (right === isRight) return;
    right = isRight;
    if (isRight) log.info({ offsetMs }, 'the clock is right again');
    else log.error({ offsetMs, offsetMaxMs }, `not ready: the clock is ${clockOffsetText(offsetMs)}`);
  };

  return () => {
    const offsetMs = rounds.lastOffsetMs();
    tellSources();
    tellKnown(offsetMs);
    tellRight(offsetMs);
  };
}
