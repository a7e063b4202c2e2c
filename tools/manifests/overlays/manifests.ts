/** The parts of Kubernetes' objects that the tests look at. */
export interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Labels };
  readonly spec: Record<string, unknown>;
  readonly data?: Record<string, string>;
  readonly stringData?: Record<string, string>;
}

export type Labels = Readonly<Record<string, string>>;

export interface Probe {
  readonly httpGet?: { readonly path: string; readonly port: string | number };
  readonly exec?: { readonly command: string[] };
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly imagePullPolicy?: string;
  readonly restartPolicy?: string;
  readonly command?: string[];
  readonly env?: { readonly name: string; readonly value?: string; readonly valueFrom?: object }[];
  readonly envFrom?: {
    readonly configMapRef?: { readonly name: string };
    readonly secretRef?: { readonly name: string };
  }[];
  readonly ports?: { readonly name: string; readonly containerPort: number }[];
  readonly resources?: { readonly requests?: Labels; readonly limits?: Labels };
  readonly securityContext?: {
    readonly allowPrivilegeEscalation?: boolean;
    readonly readOnlyRootFilesystem?: boolean;
    readonly privileged?: boolean;
    readonly capabilities?: { readonly drop?: string[]; readonly add?: string[] };
  };
  readonly startupProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly lifecycle?: { readonly preStop?: { readonly sleep?: { readonly seconds: number }; readonly exec?: object } };
  readonly volumeMounts?: { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[];
}

export interface Volume {
  readonly name: string;
  readonly configMap?: { readonly name: string };
  readonly secret?: { readonly secretName: string };
  readonly persistentVolumeClaim?: { readonly claimName: string };
  readonly emptyDir?: { readonly sizeLimit?: string; readonly medium?: string };
}

export interface PodSpec {
  readonly serviceAccountName?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly enableServiceLinks?: boolean;
  readonly terminationGracePeriodSeconds?: number;
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly securityContext?: {
    readonly runAsNonRoot?: boolean;
    readonly runAsUser?: number;
    readonly runAsGroup?: number;
    readonly seccompProfile?: { readonly type: string };
  };
  readonly affinity?: { readonly podAntiAffinity?: object } | null;
  readonly topologySpreadConstraints?: object[];
  readonly initContainers?: Container[];
  readonly containers: Container[];
  readonly volumes?: Volume[];
}

/** A Deployment, StatefulSet or CronJob with its pods. */
export interface Workload {
  readonly kind: string;
  readonly name: string;
  readonly resource: Resource;
  readonly labels: Labels;
  readonly pod: PodSpec;
  readonly containers: readonly Container[];
}

interface PodTemplate {
  readonly metadata: { readonly labels: Labels };
  readonly spec: PodSpec;
}

/** All objects of one rendered overlay. */
export class Manifests {
  readonly workloads: readonly Workload[];

  constructor(readonly resources: readonly Resource[]) {
    this.workloads = resources.flatMap((resource) => {
      const template = templateOf(resource);
      if (!template) return [];
      const { kind, metadata } = resource;
      const containers = [...(template.spec.initContainers ?? []), ...template.spec.containers];
      return [
        { kind, name: metadata.name, resource, labels: template.metadata.labels, pod: template.spec, containers },
      ];
    });
  }

  of(kind: string): Resource[] {
    return this.resources.filter((resource) => resource.kind === kind);
  }

  named(kind: string, name: string): Resource | undefined {
    return this.resources.find((resource) => resource.kind === kind && resource.metadata.name === name);
  }

  workload(name: string): Workload {
    const found = this.workloads.find((workload) => workload.name === name);
    if (!found) throw new Error(`no workload ${name} is rendered`);
    return found;
  }
}

/** Whether labels fulfil a selector's `matchLabels` and `matchExpressions` (only the operator In is used here). */
export function selects(selector: Selector, labels: Labels): boolean {
  const wanted = Object.entries(selector.matchLabels ?? {});
  return (
    wanted.every(([name, value]) => labels[name] === value) &&
    (selector.matchExpressions ?? []).every(({ key, values }) => values.includes(labels[key] ?? ''))
  );
}

export interface Selector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: { readonly key: string; readonly operator: string; readonly values: string[] }[];
}

function templateOf({ kind, spec }: Resource): PodTemplate | undefined {
  if (kind === 'Deployment' || kind === 'StatefulSet') return spec['template'] as PodTemplate;
  if (kind !== 'CronJob') return undefined;
  return (spec['jobTemplate'] as { spec: { template: PodTemplate } }).spec.template;
}
