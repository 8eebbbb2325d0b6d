import { Gauge, type Registry } from 'prom-client';
import { type ClockConfig } from './clock-environment.ts';
import { type ClockRounds, sourceStates } from './clock-rounds.ts';

/** Shows the clock and its sources as they are when they are asked for. */
export function showClock(rounds: ClockRounds, { servers }: ClockConfig, registry: Registry): void {
  const offset = new Gauge({
    name: 'ssp_clock_offset_seconds',
    help: 'True time less the clock of this process; absent while no majority of the time servers agrees',
    registers: [],
    collect() {
      const offsetMs = rounds.agreement === null ? null : rounds.lastOffsetMs();
      if (offsetMs === null) this.remove();
      else this.set(offsetMs / 1_000);
    },
  });
  const sources = new Gauge({
    name: 'ssp_clock_sources',
    help: 'Time servers against which the clock is measured; with 0 it is not',
    registers: [],
  });
  sources.set(servers.length);
  const agreeing = new Gauge({
    name: 'ssp_clock_sources_agreeing',
    help: 'Those of them that agree with the majority; 0 where there is none',
    registers: [],
    collect() {
      this.set(rounds.agreement?.agreeing.size ?? 0);
    },
  });
  const sourceOffset = new Gauge({
    name: 'ssp_clock_source_offset_seconds',
    help: 'Time by one source alone less the clock of this process; absent where it tells none',
    labelNames: ['source'] as const,
    registers: [],
    collect() {
      this.reset();
      for (const { source, offsetMs } of rounds.reports()) {
        if (offsetMs !== null) this.set({ source }, offsetMs / 1_000);
      }
    },
  });
  const sourceState = new Gauge({
    name: 'ssp_clock_source_state',
    help: 'One for the state in which a source is, zero for the others',
    labelNames: ['source', 'state'] as const,
    registers: [],
    collect() {
      if (rounds.ended === 0) return;
      for (const report of rounds.reports()) {
        for (const state of sourceStates)
          this.set({ source: report.source, state }, report.state === state ? 1 : 0);
      }
    },
  });
  for (const gauge of [offset, sources, agreeing, sourceOffset, sourceState]) registry.registerMetric(gauge);
}
