import { type Container, type Manifests, type Workload } from './manifests.js';
import { overlays, renderOverlay } from './render-overlay.js';

/** Throttling Redis or Sentinel looks like a dead master or a jump of the clock. */
const withoutCpuLimit = ['redis', 'sentinel'];

/** Runs once at a time and answers nobody. */
const jobs = ['redis-backup'];

describe.each(overlays)('every pod of the overlay %s', (overlay) => {
  let manifests: Manifests;

  beforeAll(async () => {
    manifests = await renderOverlay(overlay);
  });

  /** Names of the containers that fail a demand, with their workload. */
  function failing(demand: (container: Container, workload: Workload) => boolean): string[] {
    return manifests.workloads.flatMap((workload) =>
      workload.containers
        .filter((container) => !demand(container, workload))
        .map(({ name }) => `${workload.name}/${name}`),
    );
  }

  const pods = (demand: (workload: Workload) => boolean): string[] =>
    manifests.workloads.filter((workload) => !demand(workload)).map(({ name }) => name);

  it('fulfils the restricted Pod Security Standard', () => {
    expect(
      failing(
        ({ securityContext }) =>
          securityContext?.allowPrivilegeEscalation === false &&
          securityContext.privileged === false &&
          securityContext.capabilities?.drop?.join() === 'ALL' &&
          securityContext.capabilities.add === undefined,
      ),
    ).toEqual([]);
    expect(
      pods(
        ({ pod }) =>
          pod.securityContext?.runAsNonRoot === true &&
          pod.securityContext.seccompProfile?.type === 'RuntimeDefault' &&
          !pod.hostNetwork &&
          !pod.hostPID &&
          !pod.hostIPC,
      ),
    ).toEqual([]);
    const volumes = manifests.workloads.flatMap(({ pod }) => pod.volumes ?? []);
    for (const { name, ...kind } of volumes) {
      expect([name, Object.keys(kind)]).toEqual([
        name,
        [expect.stringMatching(/^(configMap|secret|emptyDir|persistentVolumeClaim)$/)],
      ]);
    }
  });

  it('runs as a user and group above 10000 on a root file system it cannot write', () => {
    expect(failing(({ securityContext }) => securityContext?.readOnlyRootFilesystem === true)).toEqual([]);
    expect(
      pods(
        ({ pod }) =>
          Number(pod.securityContext?.runAsUser) > 10_000 && Number(pod.securityContext?.runAsGroup) > 10_000,
      ),
    ).toEqual([]);
  });

  it('asks for and is bound to CPU, memory and disk; memory is guaranteed', () => {
    expect(
      failing(({ name, resources }) => {
        const { requests = {}, limits = {} } = resources ?? {};
        const cpu = withoutCpuLimit.includes(name) ? limits['cpu'] === undefined : limits['cpu'] !== undefined;
        const disk = Boolean(requests['ephemeral-storage'] && limits['ephemeral-storage']);
        return cpu && disk && Boolean(requests['cpu'] && requests['memory'] && limits['memory']);
      }),
    ).toEqual([]);
    expect(
      failing(
        ({ resources }, { name }) =>
          jobs.includes(name) || resources?.requests?.['memory'] === resources?.limits?.['memory'],
      ),
    ).toEqual([]);
    const folders = manifests.workloads.flatMap(({ pod }) => (pod.volumes ?? []).filter(({ emptyDir }) => emptyDir));
    expect(folders.filter(({ emptyDir }) => !emptyDir?.sizeLimit)).toEqual([]);
  });

  it('has a fixed image', () => {
    expect(failing(({ image }) => /^[^:]+(:\d+)?[^:]*:(?!latest)[a-z0-9][a-z0-9.-]*\d/.test(image))).toEqual([]);
    const policy = overlay === 'dev' ? 'IfNotPresent' : 'Always';
    expect(failing(({ imagePullPolicy }) => imagePullPolicy === policy)).toEqual([]);
  });

  it('tells alive from ready', () => {
    expect(
      failing(({ livenessProbe, readinessProbe }, { name }) => {
        if (jobs.includes(name)) return !livenessProbe && !readinessProbe;
        return (
          Boolean(livenessProbe && readinessProbe) && JSON.stringify(livenessProbe) !== JSON.stringify(readinessProbe)
        );
      }),
    ).toEqual([]);
  });

  it('never restarts a service because Redis is away', () => {
    const services = manifests.workloads.filter(({ labels }) => labels['app.kubernetes.io/component'] === 'service');
    expect(services).toHaveLength(5);
    for (const { containers } of services) {
      expect(containers[0]?.livenessProbe?.httpGet).toEqual({ path: '/health/live', port: 'http' });
      expect(containers[0]?.startupProbe?.httpGet).toEqual({ path: '/health/live', port: 'http' });
      expect(containers[0]?.readinessProbe?.httpGet).toEqual({ path: '/health/ready', port: 'http' });
    }
  });

  it('has time to finish its work before it is killed', () => {
    for (const { name, labels, pod, containers } of manifests.workloads) {
      if (labels['app.kubernetes.io/component'] !== 'service') continue;
      const sleep = containers[0]?.lifecycle?.preStop?.sleep?.seconds ?? 0;
      const graceMs = Number(containers[0]?.env?.find((variable) => variable.name === 'SHUTDOWN_GRACE_MS')?.value);
      expect([name, sleep]).toEqual([name, 5]);
      expect([name, Number(pod.terminationGracePeriodSeconds) - sleep - graceMs / 1_000]).toEqual([name, 10]);
    }
  });

  it('leaves a quarter of its memory to what is not JavaScript', () => {
    for (const { name, labels, containers } of manifests.workloads) {
      if (labels['app.kubernetes.io/component'] !== 'service') continue;
      const limitMiB = Number(/^(\d+)Mi$/.exec(containers[0]?.resources?.limits?.['memory'] ?? '')?.[1]);
      const heap = containers[0]?.env?.find((variable) => variable.name === 'NODE_OPTIONS')?.value;
      expect([name, heap]).toEqual([name, `--max-old-space-size=${limitMiB * 0.75}`]);
    }
  });

  it('gets no secret as a variable, no token of the cluster and no service links', () => {
    expect(
      failing(({ env = [], envFrom = [] }) => !env.some((v) => v.valueFrom) && !envFrom.some((f) => f.secretRef)),
    ).toEqual([]);
    const secret = /(PASSWORD|TOKEN|SECRET|KEY)$/;
    expect(failing(({ env = [] }) => !env.some(({ name }) => secret.test(name)))).toEqual([]);
    expect(failing(({ env = [] }) => new Set(env.map(({ name }) => name)).size === env.length)).toEqual([]);
    expect(pods(({ pod }) => pod.automountServiceAccountToken === false && pod.enableServiceLinks === false)).toEqual(
      [],
    );
  });

  it('keeps away from its own replicas', () => {
    if (overlay === 'dev') return expect(manifests.workload('redis').pod.affinity ?? {}).toEqual({});
    const replicated = ({ resource }: Workload): boolean =>
      resource.spec['replicas'] !== 1 && resource.kind !== 'CronJob';
    expect(pods((w) => !replicated(w) || Boolean(w.pod.affinity?.podAntiAffinity))).toEqual([]);
    expect(pods((w) => !replicated(w) || Boolean(w.pod.topologySpreadConstraints?.length))).toEqual([]);
  });
});
