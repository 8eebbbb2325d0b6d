import { parseArgs } from 'node:util';
import { type Assumptions, usualAssumptions } from './volumes.ts';

export const usage = `npm run sizing [-- OPTIONS]: what the platform needs, reckoned from what the benches have measured

  --rate N                 peak of requests per second; may be given several times (else from one practice to a hundred nations)
  --busy SHARE             share of its cores that a process may use at the peak (${usualAssumptions.busyMost})
  --audit-months N         how long the audit stays in Postgres (${usualAssumptions.auditMonths})
  --postgres-tb N          the most that one Postgres may hold (${usualAssumptions.postgresTb})
  --postgres-cores N       and its cores (${usualAssumptions.postgresCores})
  --broker-tb N            disk of a Kafka broker (${usualAssumptions.brokerTb})
  --seed N                 of the simulation (1)
  --write                  write the part of docs/scale.md anew
  --help
`;

export type SizingArguments = {
  readonly rates: readonly number[];
  readonly assumed: Assumptions;
  readonly seed: number;
  readonly write: boolean;
  readonly help: boolean;
};

/** Reads the command line. @throws RangeError for what is no size */
export function readSizingArguments(args: readonly string[]): SizingArguments {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      rate: { type: 'string', multiple: true, default: [] },
      busy: text,
      'audit-months': text,
      'postgres-tb': text,
      'postgres-cores': text,
      'broker-tb': text,
      seed: text,
      write: flag,
      help: flag,
    },
  });
  return {
    rates: values.rate.map((rate) => size('rate', rate, 0)),
    assumed: {
      ...usualAssumptions,
      busyMost: size('busy', values.busy, usualAssumptions.busyMost, 1),
      auditMonths: size('audit-months', values['audit-months'], usualAssumptions.auditMonths),
      postgresTb: size('postgres-tb', values['postgres-tb'], usualAssumptions.postgresTb),
      postgresCores: size('postgres-cores', values['postgres-cores'], usualAssumptions.postgresCores),
      brokerTb: size('broker-tb', values['broker-tb'], usualAssumptions.brokerTb),
    },
    seed: size('seed', values.seed, 1),
    write: values.write,
    help: values.help,
  };
}

function size(name: string, given: string | undefined, usual: number, most = Infinity): number {
  const figure = given === undefined ? usual : Number(given);
  if (!(figure > 0 && figure <= most)) throw new RangeError(`--${name} is no size: ${given}`);
  return figure;
}
