import { HealthRegistry } from './health-registry.js';

function started(...args: ConstructorParameters<typeof HealthRegistry>): HealthRegistry {
  const health = new HealthRegistry(...args);
  health.started();
  return health;
}

describe('readiness', () => {
  it('is not there before the start and not after the stop has begun', async () => {
    const health = new HealthRegistry();
    expect(await health.readiness()).toEqual({ status: 'not ready', checks: { starting: { status: 'down' } } });
    health.started();
    expect(await health.readiness()).toEqual({ status: 'ready', checks: {} });
    health.stopping();
    health.started();
    expect(await health.readiness()).toEqual({ status: 'not ready', checks: { stopping: { status: 'down' } } });
  });

  it('needs every check, and names the one that fails without saying what it said', async () => {
    const health = started();
    health.add('redis', () => undefined);
    health.add('disk', () => Promise.reject(new Error('canary')));
    const readiness = await health.readiness();
    expect(readiness).toEqual({
      status: 'not ready',
      checks: { redis: { status: 'up' }, disk: { status: 'down', reason: 'failed' } },
    });
  });

  it('shows the detail of a check that passes', async () => {
    const health = started();
    health.add('storage', async () => ({ spooled: 3 }));
    expect(await health.readiness()).toEqual({
      status: 'ready',
      checks: { storage: { status: 'up', detail: { spooled: 3 } } },
    });
  });

  it('does not wait for a check that hangs, and does not start it again meanwhile', async () => {
    const health = started();
    let calls = 0;
    let release = (): void => undefined;
    const hang = new Promise<void>((resolve) => (release = resolve));
    health.add('redis', () => (calls++, hang), 20);
    const down = { status: 'not ready', checks: { redis: { status: 'down', reason: 'timed out' } } };
    expect(await health.readiness()).toEqual(down);
    expect(await health.readiness()).toEqual(down);
    expect(calls).toBe(1);
    release();
    await hang;
    expect((await health.readiness()).status).toBe('ready');
  });

  it('tells each change once', async () => {
    const changes: string[] = [];
    const health = started((name, { status }, error) => changes.push(`${name} ${status} ${String(error)}`));
    let fault: Error | undefined = new Error('away');
    health.add('redis', () => {
      if (fault) throw fault;
    });
    await health.readiness();
    await health.readiness();
    fault = undefined;
    await health.readiness();
    await health.readiness();
    expect(changes).toEqual(['redis down Error: away', 'redis up undefined']);
  });

  it('refuses a second check of one name', () => {
    const health = new HealthRegistry();
    health.add('redis', () => undefined);
    expect(() => health.add('redis', () => undefined)).toThrow('redis');
  });
});
