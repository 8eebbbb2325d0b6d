import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ajv from 'ajv';
import { z } from 'zod';
import { type Manifest } from './render-chart.ts';

/** Kubernetes's own schemas of what the chart makes, such that no field is taken that Kubernetes does not know. */
export const schemasFile = fileURLToPath(
  new URL('../../../../infra/helm/kubernetes-1.37.schemas.json', import.meta.url),
);
/** The same of kinds that others define: KEDA 2.21, cert-manager 1.21 and the Prometheus operator 0.85, from their own definitions. */
export const schemasOfOthersFile = fileURLToPath(
  new URL('../../../../infra/helm/others.schemas.json', import.meta.url),
);

const kind = (apiVersion: string, name: string, definition: string) => ({
  apiVersion,
  kind: name,
  definition: `io.k8s.api.${definition}`,
});

export const kindsOfTheChart = [
  kind('v1', 'ConfigMap', 'core.v1.ConfigMap'),
  kind('v1', 'Service', 'core.v1.Service'),
  kind('apps/v1', 'Deployment', 'apps.v1.Deployment'),
  kind('apps/v1', 'StatefulSet', 'apps.v1.StatefulSet'),
  kind('autoscaling/v2', 'HorizontalPodAutoscaler', 'autoscaling.v2.HorizontalPodAutoscaler'),
  kind('batch/v1', 'CronJob', 'batch.v1.CronJob'),
  kind('batch/v1', 'Job', 'batch.v1.Job'),
  kind('networking.k8s.io/v1', 'NetworkPolicy', 'networking.v1.NetworkPolicy'),
  kind('policy/v1', 'PodDisruptionBudget', 'policy.v1.PodDisruptionBudget'),
] as const;

const other = (apiVersion: string, name: string) => ({ apiVersion, kind: name, definition: name });

export const kindsOfOthers = [
  other('keda.sh/v1alpha1', 'ScaledObject'),
  other('keda.sh/v1alpha1', 'TriggerAuthentication'),
  other('cert-manager.io/v1', 'Certificate'),
  other('monitoring.coreos.com/v1', 'ServiceMonitor'),
  other('monitoring.coreos.com/v1', 'PrometheusRule'),
] as const;

const Schemas = z.object({ definitions: z.record(z.string(), z.unknown()) });
const schemasOf = (file: string) => Schemas.parse(JSON.parse(readFileSync(file, 'utf8')));

/** A function that tells what a cluster would not take of an object. */
export function kubernetesValidator(): (manifest: Manifest) => readonly string[] {
  const validator = new ajv({ allErrors: true });
  validator.addSchema(schemasOf(schemasFile), 'kubernetes');
  validator.addSchema(schemasOf(schemasOfOthersFile), 'others');
  const known = [
    ...kindsOfTheChart.map((it) => ({ ...it, schema: `kubernetes#/definitions/${it.definition}` })),
    ...kindsOfOthers.map((it) => ({ ...it, schema: `others#/definitions/${it.definition}` })),
  ];
  return (manifest) => {
    const { apiVersion, kind: name } = manifest;
    const schema = known.find((it) => it.apiVersion === apiVersion && it.kind === name)?.schema;
    if (schema === undefined) return [`${apiVersion} ${name} is of no known kind`];
    if (validator.validate(schema, manifest) === true) return [];
    return (validator.errors ?? []).map(
      ({ dataPath, message, params }) =>
        `${name} ${manifest.metadata.name}${dataPath} ${message} ${JSON.stringify(params)}`,
    );
  };
}
