import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ajv from 'ajv';
import { z } from 'zod';
import { type Manifest } from './render-chart.ts';

/** Kubernetes's own schemas of what the chart makes, such that no field is taken that Kubernetes does not know. */
export const schemasFile = fileURLToPath(
  new URL('../../../../infra/helm/kubernetes-1.37.schemas.json', import.meta.url),
);

const kind = (apiVersion: string, name: string, definition: string) => ({
  apiVersion,
  kind: name,
  definition: `io.k8s.api.${definition}`,
});

export const kindsOfTheChart = [
  kind('v1', 'Service', 'core.v1.Service'),
  kind('apps/v1', 'Deployment', 'apps.v1.Deployment'),
  kind('apps/v1', 'StatefulSet', 'apps.v1.StatefulSet'),
  kind('autoscaling/v2', 'HorizontalPodAutoscaler', 'autoscaling.v2.HorizontalPodAutoscaler'),
  kind('batch/v1', 'CronJob', 'batch.v1.CronJob'),
  kind('batch/v1', 'Job', 'batch.v1.Job'),
  kind('networking.k8s.io/v1', 'NetworkPolicy', 'networking.v1.NetworkPolicy'),
  kind('policy/v1', 'PodDisruptionBudget', 'policy.v1.PodDisruptionBudget'),
] as const;

/** Kinds of others, whose schemas Kubernetes does not have. */
export const kindsOfOthers = [
  'keda.sh/v1alpha1 ScaledObject',
  'keda.sh/v1alpha1 TriggerAuthentication',
  'cert-manager.io/v1 Certificate',
  'monitoring.coreos.com/v1 ServiceMonitor',
];

const Schemas = z.object({ definitions: z.record(z.string(), z.unknown()) });

/** A function that tells what Kubernetes would not take of an object, and nothing of kinds of others. */
export function kubernetesValidator(): (manifest: Manifest) => readonly string[] {
  const validator = new ajv({ allErrors: true });
  validator.addSchema(Schemas.parse(JSON.parse(readFileSync(schemasFile, 'utf8'))), 'kubernetes');
  return (manifest) => {
    if (kindsOfOthers.includes(`${manifest.apiVersion} ${manifest.kind}`)) return [];
    const known = kindsOfTheChart.find(
      (it) => it.apiVersion === manifest.apiVersion && it.kind === manifest.kind,
    );
    if (known === undefined) return [`${manifest.apiVersion} ${manifest.kind} is of no known kind`];
    if (validator.validate(`kubernetes#/definitions/${known.definition}`, manifest) === true) return [];
    return (validator.errors ?? []).map(
      ({ dataPath, message, params }) =>
        `${manifest.kind} ${manifest.metadata.name}${dataPath} ${message} ${JSON.stringify(params)}`,
    );
  };
}
