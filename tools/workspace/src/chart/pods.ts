import { z } from 'zod';
import { type Manifest } from './render-chart.ts';

const Probe = z.looseObject({
  httpGet: z.object({ path: z.string(), port: z.string(), scheme: z.string() }),
});

const Container = z.looseObject({
  name: z.string(),
  image: z.string(),
  args: z.array(z.string()),
  env: z.array(z.object({ name: z.string(), value: z.string() })),
  ports: z.array(z.object({ name: z.string(), containerPort: z.number() })).default([]),
  startupProbe: Probe.optional(),
  livenessProbe: Probe.optional(),
  readinessProbe: Probe.optional(),
  resources: z.object({
    requests: z.object({ cpu: z.string(), memory: z.string() }),
    limits: z.object({ cpu: z.string(), memory: z.string() }),
  }),
  securityContext: z.looseObject({}),
  volumeMounts: z.array(
    z.object({ name: z.string(), mountPath: z.string(), readOnly: z.boolean().optional() }),
  ),
});

const PodTemplate = z.looseObject({
  metadata: z.looseObject({ labels: z.record(z.string(), z.string()) }),
  spec: z.looseObject({
    automountServiceAccountToken: z.boolean().optional(),
    securityContext: z.looseObject({}),
    terminationGracePeriodSeconds: z.number().optional(),
    topologySpreadConstraints: z.array(z.looseObject({ topologyKey: z.string() })).default([]),
    containers: z.tuple([Container]),
    initContainers: z.undefined().optional(),
    volumes: z.array(z.looseObject({ name: z.string() })),
    hostNetwork: z.undefined().optional(),
  }),
});

/** The pods that an object makes. */
export type Pods = {
  readonly kind: string;
  readonly name: string;
  /** Whether they are there for good, and not for a job. */
  readonly lasting: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: z.output<typeof PodTemplate>['spec'];
  readonly container: z.output<typeof Container>;
  /** Path of the program within the repository. */
  readonly program: string;
};

const WithTemplate = z.looseObject({ spec: z.looseObject({ template: PodTemplate }) });
const WithJobTemplate = z.looseObject({ spec: z.looseObject({ jobTemplate: WithTemplate }) });

/** Every kind of pods among the objects. */
export function podsOf(manifests: readonly Manifest[]): readonly Pods[] {
  return manifests.flatMap((manifest) => {
    const { kind, metadata } = manifest;
    const holder = kind === 'CronJob' ? WithJobTemplate.parse(manifest).spec.jobTemplate : manifest;
    if (!['Deployment', 'StatefulSet', 'Job', 'CronJob'].includes(kind)) return [];
    const { template } = WithTemplate.parse(holder).spec;
    const [container] = template.spec.containers;
    return [
      {
        kind,
        name: metadata.name,
        lasting: kind === 'Deployment' || kind === 'StatefulSet',
        labels: template.metadata.labels,
        spec: template.spec,
        container,
        program: container.args.at(-1) ?? '',
      },
    ];
  });
}
