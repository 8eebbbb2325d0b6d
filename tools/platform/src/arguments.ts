import { parseArgs } from 'node:util';

export type PlatformArguments = {
  readonly fresh: boolean;
  readonly help: boolean;
  /** Where data, certificates, logs and the card are kept; relative to the repository's root. */
  readonly dir: string;
};

export const usage = `Usage: npm start [-- OPTIONS]

Runs the whole platform for one developer, in the foreground, until Ctrl-C:
Postgres, Redis, Kafka and OpenLDAP, the five services, the console and a sample FHIR provider.

  --fresh     begin anew: removes what earlier starts left in .local (data, certificates, logs)
  --dir DIR   keep everything in DIR instead of .local, for a second platform beside the first
  --help      show this text

Data stays in .local between starts. .local/platform.json tells where everything is while it runs.
Ports that are taken are replaced by free ones; EDGE_CONNECT_TO adds hosts to those the edge dials.
SSP_POSTGRES_URL, SSP_REDIS_URL, SSP_KAFKA_BROKERS and SSP_LDAP_URL make it use services that run already;
SSP_BACKING=local or SSP_BACKING=container makes it start the others in no other way.
`;

/** @throws TypeError for an option that does not exist */
export function readArguments(args: readonly string[]): PlatformArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      fresh: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      dir: { type: 'string', default: '.local' },
    },
  });
  return { fresh: values.fresh, help: values.help, dir: values.dir };
}
