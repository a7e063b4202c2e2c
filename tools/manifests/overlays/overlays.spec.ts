import { type Manifests, type Resource } from './manifests.js';
import { overlays, renderOverlay } from './render-overlay.js';

const services = [
  ['ingress', 3000],
  ['dashboard-broadcaster', 3001],
  ['dead-letter-reprocessor', 3002],
  ['agent-consumer', 3003],
  ['outbound-sender', 3004],
] as const;

describe.each(overlays)('the overlay %s', (overlay) => {
  let manifests: Manifests;

  beforeAll(async () => {
    manifests = await renderOverlay(overlay);
  });

  it.each(services)('runs %s on port %d', (name, port) => {
    const { kind, containers } = manifests.workload(name);
    expect(kind).toBe(name === 'ingress' ? 'StatefulSet' : 'Deployment');
    expect(containers[0]?.ports).toEqual([{ name: 'http', containerPort: port, protocol: 'TCP' }]);
    expect(containers[0]?.env).toContainEqual({ name: 'PORT', value: String(port) });
    expect(manifests.named('Service', name)).toBeDefined();
  });

  it('runs Redis with three data nodes, each with a Sentinel that outlives it in the pod', () => {
    const { kind, resource, pod } = manifests.workload('redis');
    expect(kind).toBe('StatefulSet');
    expect(resource.spec['replicas']).toBe(3);
    expect(pod.containers.map(({ name }) => name)).toEqual(['redis']);
    expect(pod.initContainers).toEqual([expect.objectContaining({ name: 'sentinel', restartPolicy: 'Always' })]);
    expect(resource.spec['podManagementPolicy']).toBe('Parallel');
    expect(resource.spec['persistentVolumeClaimRetentionPolicy']).toEqual({
      whenDeleted: 'Retain',
      whenScaled: 'Retain',
    });
  });

  it('gives every ingress pod a volume of its own, which outlives it and holds twice what the spool may', () => {
    const { resource, containers } = manifests.workload('ingress');
    const env = new Map(containers[0]?.env?.map(({ name, value }) => [name, value]));
    const mount = containers[0]?.volumeMounts?.find(({ mountPath }) =>
      env.get('SPOOL_DIR')?.startsWith(`${mountPath}/`),
    );
    const claims = resource.spec['volumeClaimTemplates'] as Resource[];
    expect(claims.map(({ metadata }) => metadata.name)).toEqual([mount?.name]);
    const { storage } = (claims[0]?.spec['resources'] as { requests: { storage: string } }).requests;
    expect(Number.parseInt(storage, 10) * 2 ** 30).toBeGreaterThanOrEqual(2 * Number(env.get('SPOOL_MAX_BYTES')));
    expect(resource.spec['persistentVolumeClaimRetentionPolicy']).toEqual({
      whenDeleted: 'Retain',
      whenScaled: 'Retain',
    });
    expect(manifests.named('Service', String(resource.spec['serviceName']))?.spec['clusterIP']).toBe('None');
  });

  it('gives every Redis pod an address of its own, ready or not', () => {
    for (const ordinal of [0, 1, 2]) {
      const spec = manifests.named('Service', `redis-announce-${ordinal}`)?.spec;
      expect(spec).toMatchObject({
        publishNotReadyAddresses: true,
        selector: { 'statefulset.kubernetes.io/pod-name': `redis-${ordinal}` },
      });
      expect(spec).not.toHaveProperty('clusterIP');
    }
    const nodes = manifests
      .workload('redis')
      .containers.map(({ env }) => env?.find(({ name }) => name === 'NODES')?.value);
    expect(new Set(nodes)).toEqual(new Set(['redis-announce-0 redis-announce-1 redis-announce-2']));
  });

  it('lets the services find the master through all three Sentinels', () => {
    const settings = manifests.of('ConfigMap').find(({ metadata }) => metadata.name.startsWith('settings'));
    expect(settings?.data?.['REDIS_SENTINELS']).toBe(
      'redis-announce-0:26379,redis-announce-1:26379,redis-announce-2:26379',
    );
  });

  it('keeps everything in one namespace that enforces the restricted Pod Security Standard', () => {
    const [namespace] = manifests.of('Namespace');
    expect(namespace?.metadata.labels).toMatchObject({ 'pod-security.kubernetes.io/enforce': 'restricted' });
    for (const { kind, metadata } of manifests.resources) {
      if (kind !== 'Namespace') expect([metadata.name, metadata.namespace]).toEqual([metadata.name, 'switchboard']);
    }
  });
});

describe('staging and production', () => {
  it.each(['staging', 'prod'] as const)('%s holds no Secret: they are made outside', async (overlay) => {
    expect((await renderOverlay(overlay)).of('Secret')).toEqual([]);
  });

  it.each(['staging', 'prod'] as const)('%s runs every service twice or more', async (overlay) => {
    const manifests = await renderOverlay(overlay);
    for (const [name] of services) {
      const scaler = manifests.named('HorizontalPodAutoscaler', name);
      const count = scaler ? scaler.spec['minReplicas'] : manifests.workload(name).resource.spec['replicas'];
      expect([name, Number(count) >= 2]).toEqual([name, true]);
    }
  });

  it('production spreads Redis over nodes and zones and writes to the disk before it answers', async () => {
    const manifests = await renderOverlay('prod');
    const { pod } = manifests.workload('redis');
    expect(JSON.stringify(pod.affinity)).toContain('"requiredDuringSchedulingIgnoredDuringExecution":[{');
    expect(pod.topologySpreadConstraints).toEqual([expect.objectContaining({ whenUnsatisfiable: 'DoNotSchedule' })]);
    const config = manifests.of('ConfigMap').find(({ metadata }) => metadata.name.startsWith('redis-config'));
    expect(config?.data?.['durability.conf']).toMatch(/^appendfsync always$/m);
  });

  it('lets nothing of the services but their own routes through from outside', async () => {
    const manifests = await renderOverlay('prod');
    const paths = manifests
      .of('Ingress')
      .flatMap(({ spec }) =>
        (spec['rules'] as { http: { paths: { path: string; pathType: string }[] } }[]).flatMap(({ http }) =>
          http.paths.map(({ path, pathType }) => `${path} ${pathType}`),
        ),
      );
    expect(paths.sort()).toEqual([
      '/ Exact',
      '/api Prefix',
      '/assets Prefix',
      '/webchat Prefix',
      '/webhooks Prefix',
      '/ws Exact',
    ]);
  });
});
