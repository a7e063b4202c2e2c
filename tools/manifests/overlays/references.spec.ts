import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments, parseDocument } from 'yaml';
import { type Labels, type Manifests, type PodSpec, type Resource, type Selector, selects } from './manifests.js';
import { k8sFolder, type Overlay, overlays, renderOverlay } from './render-overlay.js';

const run = promisify(execFile);

/** The Secrets that staging and production expect: those of the script, and the one with the providers' secrets. */
async function secretsMadeOutside(): Promise<string[]> {
  const { stdout } = await run('sh', [join(k8sFolder, 'make-secrets.sh')]);
  const made = parseAllDocuments(stdout).flatMap((document) => (document.toJS() as Resource | null) ?? []);
  return ['channels', ...made.map(({ metadata }) => metadata.name)];
}

describe.each(overlays)('what the objects of the overlay %s refer to', (overlay: Overlay) => {
  let manifests: Manifests;
  let secrets: string[];

  beforeAll(async () => {
    manifests = await renderOverlay(overlay);
    const rendered = manifests.of('Secret').map(({ metadata }) => metadata.name);
    secrets = overlay === 'dev' ? rendered : await secretsMadeOutside();
  });

  const names = (kind: string): string[] => manifests.of(kind).map(({ metadata }) => metadata.name);
  const podLabels = (): Labels[] =>
    manifests.workloads.map(({ kind, name, labels }) =>
      kind === 'StatefulSet' ? { ...labels, 'statefulset.kubernetes.io/pod-name': `${name}-0` } : labels,
    );
  const hits = (selector: Selector): boolean => podLabels().some((labels) => selects(selector, labels));

  it('exists: service accounts, config maps, secrets, claims and volumes', () => {
    for (const { name, pod, containers, resource } of manifests.workloads) {
      expect(names('ServiceAccount')).toContain(pod.serviceAccountName);
      const templates = (resource.spec['volumeClaimTemplates'] as Resource[] | undefined) ?? [];
      const volumes = [...(pod.volumes ?? []).map((volume) => volume.name), ...templates.map((t) => t.metadata.name)];
      for (const volume of pod.volumes ?? []) {
        if (volume.configMap) expect(names('ConfigMap')).toContain(volume.configMap.name);
        if (volume.secret) expect([name, secrets]).toEqual([name, expect.arrayContaining([volume.secret.secretName])]);
        if (volume.persistentVolumeClaim)
          expect(names('PersistentVolumeClaim')).toContain(volume.persistentVolumeClaim.claimName);
      }
      for (const { volumeMounts = [], envFrom = [] } of containers) {
        for (const mount of volumeMounts) expect([name, volumes]).toEqual([name, expect.arrayContaining([mount.name])]);
        for (const { configMapRef } of envFrom) expect(names('ConfigMap')).toContain(configMapRef?.name);
      }
      const mounted = new Set(containers.flatMap(({ volumeMounts = [] }) => volumeMounts.map((mount) => mount.name)));
      expect([name, volumes.filter((volume) => !mounted.has(volume))]).toEqual([name, []]);
    }
  });

  it('is the pods themselves: every workload selects the pods of its own template', () => {
    for (const { kind, resource, labels } of manifests.workloads) {
      if (kind !== 'CronJob') expect(selects(resource.spec['selector'] as Selector, labels)).toBe(true);
    }
  });

  it('is a pod with that port, for every service', () => {
    for (const { metadata, spec } of manifests.of('Service')) {
      const ordinal = /^redis-announce-(\d)$/.exec(metadata.name)?.[1] ?? '0';
      const selector = spec['selector'] as Record<string, string>;
      const ports = manifests.workloads
        .filter(({ kind, name, labels }) =>
          selects(
            { matchLabels: selector },
            kind === 'StatefulSet' ? { ...labels, 'statefulset.kubernetes.io/pod-name': `${name}-${ordinal}` } : labels,
          ),
        )
        .flatMap(({ containers }) => containers.flatMap((container) => container.ports?.map(({ name }) => name) ?? []));
      for (const { targetPort } of spec['ports'] as { targetPort: string }[]) {
        expect([metadata.name, ports]).toEqual([metadata.name, expect.arrayContaining([targetPort])]);
      }
      expect(spec['type']).toBe('ClusterIP');
    }
  });

  it('is a pod, for every network policy, and every pod is isolated both ways', () => {
    const policies = manifests.of('NetworkPolicy').map(({ metadata, spec }) => ({
      name: metadata.name,
      selector: spec['podSelector'] as Selector,
      types: spec['policyTypes'] as string[],
    }));
    for (const { name, selector } of policies) expect([name, hits(selector)]).toEqual([name, true]);
    const all = policies.find(({ name }) => name === 'default-deny');
    expect(all).toEqual({ name: 'default-deny', selector: {}, types: ['Ingress', 'Egress'] });
  });

  it('is a workload, for every disruption budget; each workload with replicas has one that lets sick pods go', () => {
    const budgets = manifests.of('PodDisruptionBudget').map(({ spec }) => spec);
    for (const { kind, name, labels, resource } of manifests.workloads) {
      if (kind === 'CronJob' || (resource.spec['replicas'] === 1 && name === 'redis-exporter')) continue;
      const own = budgets.filter((budget) => selects(budget['selector'] as Selector, labels));
      expect([name, own]).toEqual([
        name,
        [expect.objectContaining({ maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow' })],
      ]);
    }
    expect(budgets.filter((budget) => !hits(budget['selector'] as Selector))).toEqual([]);
  });

  it('is a workload without a number of replicas, for every autoscaler', () => {
    for (const { spec } of manifests.of('HorizontalPodAutoscaler')) {
      const target = spec['scaleTargetRef'] as { kind: string; name: string };
      expect(target.kind).toBe(manifests.workload(target.name).kind);
      expect(manifests.workload(target.name).resource.spec['replicas']).toBeUndefined();
      expect(Number(spec['maxReplicas'])).toBeGreaterThan(Number(spec['minReplicas']));
    }
  });

  it('is a headless service, for the StatefulSet', () => {
    const service = manifests.named('Service', String(manifests.workload('redis').resource.spec['serviceName']));
    expect(service?.spec['clusterIP']).toBe('None');
  });

  it('is a service and its port, for every route from outside', () => {
    const rules = manifests.of('Ingress').flatMap(({ spec }) => spec['rules'] as IngressRule[]);
    for (const { http } of rules) {
      for (const { backend } of http.paths) {
        const service = manifests.named('Service', backend.service.name);
        const ports = (service?.spec['ports'] as { name: string }[] | undefined)?.map(({ name }) => name);
        expect(ports).toContain(backend.service.port.name);
      }
    }
  });

  it('is a service, for every monitor', () => {
    for (const { spec } of manifests.of('ServiceMonitor')) {
      const selector = spec['selector'] as Selector;
      const found = manifests.of('Service').filter(({ metadata }) => selects(selector, metadata.labels ?? {}));
      expect(found.length).toBeGreaterThan(0);
      for (const service of found) {
        for (const { port } of spec['endpoints'] as { port: string }[]) {
          expect((service.spec['ports'] as { name: string }[]).map(({ name }) => name)).toContain(port);
        }
      }
    }
  });

  it('is not started twice at once, and ends, for every job', () => {
    for (const { spec } of manifests.of('CronJob')) {
      expect(spec).toMatchObject({
        concurrencyPolicy: 'Forbid',
        startingDeadlineSeconds: expect.any(Number) as number,
      });
      expect((spec['jobTemplate'] as Resource).spec).toMatchObject({
        activeDeadlineSeconds: expect.any(Number) as number,
        ttlSecondsAfterFinished: expect.any(Number) as number,
      });
    }
  });
});

describe('the restore job, which is in no overlay', () => {
  it('names the volumes, the script and the service account of production', async () => {
    const manifests = await renderOverlay('prod');
    const text = await readFile(join(k8sFolder, 'components', 'backup', 'restore-job.yaml'), 'utf8');
    const { metadata, spec } = parseDocument(text).toJS() as Resource;
    const pod = (spec['template'] as { spec: PodSpec }).spec;
    const redis = manifests.workload('redis');
    const claims = (redis.resource.spec['volumeClaimTemplates'] as Resource[]).map((claim) => claim.metadata.name);
    expect(metadata.namespace).toBe('switchboard');
    expect(pod.volumes).toEqual([
      { name: 'script', configMap: { name: manifests.named('ConfigMap', 'redis-backup')?.metadata.name } },
      {
        name: 'backups',
        persistentVolumeClaim: { claimName: manifests.of('PersistentVolumeClaim')[0]?.metadata.name },
      },
      { name: 'data', persistentVolumeClaim: { claimName: `${claims[0]}-redis-0` } },
    ]);
    expect(manifests.named('ServiceAccount', String(pod.serviceAccountName))).toBeDefined();
    expect(pod.securityContext).toEqual(manifests.workload('redis-backup').pod.securityContext);
    expect(pod.containers[0]?.image).toBe(redis.containers[0]?.image);
  });
});

interface IngressRule {
  http: { paths: { backend: { service: { name: string; port: { name: string } } } }[] };
}
