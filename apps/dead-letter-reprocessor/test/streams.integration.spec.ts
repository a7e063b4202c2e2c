import { Streams } from '@switchboard/message-schema';
import { type PrivateRedis, startRedis, waitFor } from '@switchboard/testing';
import { FailingGroups } from './failing-groups.js';
import { RunningReprocessor } from './running-reprocessor.js';

let redis: PrivateRedis;
let groups: FailingGroups;
let reprocessor: RunningReprocessor;

beforeEach(async () => {
  redis = await startRedis();
  groups = new FailingGroups(redis.url);
  groups.failing = false;
  await groups.start();
  reprocessor = await RunningReprocessor.start(redis.url);
});

afterEach(async () => {
  await reprocessor?.stop();
  await groups?.stop();
  await redis?.stop();
});

const handled = (group: string): string[] => groups.handled[group] ?? [];
const replay = (from: string, stream: string = Streams.inbound, group = 'agent-group') =>
  reprocessor.send('POST', `/streams/${stream}/groups/${group}/replay`, { from });
const settled = (count: number) =>
  waitFor(() => handled('agent-group').length === count && handled('other-group').length >= 3, {
    describe: `${count} messages handled`,
  });

async function sayThree(): Promise<number> {
  await groups.say('m1');
  const times = await groups.redis.time();
  const between = Number(times[0]) * 1_000 + Math.ceil(Number(times[1]) / 1_000) + 1;
  await waitFor(async () => Number((await groups.redis.time())[0]) * 1_000 > between, { describe: 'a later second' });
  await groups.say('m2');
  await groups.say('m3');
  await settled(3);
  return between;
}

describe('a stream that a group shall read again', () => {
  it('is delivered to that group from a time on, in order, and to no other', async () => {
    const between = await sayThree();
    const answer = await replay(new Date(between).toISOString());
    expect(answer).toMatchObject({ status: 200, body: { stream: Streams.inbound, group: 'agent-group' } });
    await settled(5);
    expect(handled('agent-group')).toEqual(['m1', 'm2', 'm3', 'm2', 'm3']);
    await groups.say('m4');
    await waitFor(() => handled('other-group').includes('m4'), { describe: 'the other group goes on' });
    expect(handled('other-group')).toEqual(['m1', 'm2', 'm3', 'm4']);
  });

  it('is delivered from an entry id on, of which 0-0 is everything that is kept', async () => {
    await sayThree();
    expect(await replay('0-0')).toMatchObject({ status: 200 });
    await settled(6);
    expect(handled('agent-group').slice(3)).toEqual(['m1', 'm2', 'm3']);
  });

  it('is listed with the groups that read it', async () => {
    await sayThree();
    expect((await reprocessor.send('GET', '/streams')).body).toEqual({
      items: [
        { stream: Streams.inbound, groups: ['agent-group', 'other-group'] },
        { stream: Streams.outbound, groups: [] },
      ],
    });
  });

  it.each([
    ['yesterday', Streams.inbound, 'agent-group', 400],
    ['2026-13-45T99:99:99Z', Streams.inbound, 'agent-group', 400],
    ['0-0', 'unknown', 'agent-group', 404],
    ['0-0', Streams.inbound, 'nobody', 404],
  ])('is refused what makes no sense: from %s of %s for %s', async (from, stream, group, status) => {
    expect(await replay(from, stream, group)).toMatchObject({ status });
    expect(await groups.redis.xinfo('GROUPS', `sb:${Streams.inbound}:{p0}`)).toHaveLength(2);
  });
});
