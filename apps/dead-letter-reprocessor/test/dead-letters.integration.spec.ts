import { type AuditRecord, type Envelope, type GuestMessage, Streams } from '@switchboard/message-schema';
import { type PrivateRedis, startRedis, waitFor } from '@switchboard/testing';
import { FailingGroups, PARTITIONS } from './failing-groups.js';
import { type Answer, type Letter, RunningReprocessor } from './running-reprocessor.js';

let redis: PrivateRedis;
let groups: FailingGroups;
let reprocessor: RunningReprocessor;
let lines: string;

beforeEach(async () => {
  lines = '';
  redis = await startRedis();
  groups = new FailingGroups(redis.url);
  await groups.start();
  reprocessor = await RunningReprocessor.start(redis.url, {}, (line) => (lines += line));
});

afterEach(async () => {
  await reprocessor?.stop();
  await groups?.stop();
  await redis?.stop();
});

/** Messages that `agent-group` has given up, newest first. */
async function letters(...texts: string[]): Promise<Letter[]> {
  for (const [i, text] of texts.entries()) await groups.say(text, `v${i}`);
  const all = async () => (await reprocessor.list()).items;
  await waitFor(async () => (await all()).length === texts.length, { describe: 'the dead letters' });
  return all();
}

async function lost(text: string): Promise<Letter> {
  const [letter] = await letters(text);
  return letter as Letter;
}

const path = ({ deadLetterId }: Letter): string => `/${encodeURIComponent(deadLetterId)}`;
const NOWHERE = '/msi:messages:0:1700000000000-0';

async function audit(): Promise<AuditRecord[]> {
  const keys = Array.from({ length: PARTITIONS }, (_, i) => `sb:${Streams.auditMessages}:{p${i}}`);
  const pages = await Promise.all(keys.map((key) => groups.redis.xrange(key, '-', '+')));
  return pages.flat().map(([, fields]) => JSON.parse(fields[1] as string) as AuditRecord);
}

describe('the list', () => {
  it('shows what was given up, why, and by whom', async () => {
    const letter = await lost('m1');
    expect(letter).toMatchObject({
      id: 'm1',
      stream: Streams.inbound,
      group: 'agent-group',
      reason: 'unrecoverable',
      edited: false,
    });
    expect(await reprocessor.ask('GET', path(letter))).toMatchObject({ status: 200, body: letter });
  });

  it('pages over all streams and partitions, newest first, without loss or doubling', async () => {
    const texts = Array.from({ length: 14 }, (_, i) => `m${i}`);
    await letters(...texts);
    for (let i = 0; i < 5; i += 1) await groups.loseReply(`r${i}`);
    const all = (await reprocessor.list()).items.map(({ deadLetterId }) => deadLetterId);
    expect(all).toHaveLength(19);
    for (const limit of [1, 4, 19]) {
      const paged: string[] = [];
      let before = '';
      do {
        const { items, next } = await reprocessor.list(`?limit=${limit}${before}`);
        expect(items.length).toBeLessThanOrEqual(limit);
        paged.push(...items.map(({ deadLetterId }) => deadLetterId));
        before = next === undefined ? '' : `&before=${encodeURIComponent(next)}`;
      } while (before);
      expect(paged).toEqual(all);
    }
  });

  it('can be narrowed to one stream', async () => {
    await lost('m1');
    await groups.loseReply('r1');
    const { items } = await reprocessor.list(`?stream=${Streams.outbound}`);
    expect(items.map(({ id }) => id)).toEqual(['r1']);
  });

  it('shows an entry that is no dead letter as such, and all others', async () => {
    await lost('m1');
    await groups.redis.xadd(`sb:${Streams.inbound}:dead_letter:{p1}`, '*', 'd', 'garbage{');
    const { items } = await reprocessor.list();
    expect(items.map(({ id, reason }) => [id, reason])).toEqual([
      ['', 'the entry is no dead letter'],
      ['m1', 'unrecoverable'],
    ]);
  });

  it.each([
    ['?limit=0', 400],
    ['?limit=501', 400],
    ['?limit=many', 400],
    ['?before=nowhere', 400],
    ['?before=msi:messages:0:99999999999999999999-0', 400],
    ['?stream=a&stream=b', 400],
    ['?stream=unknown', 404],
    ['/nowhere', 400],
    ['/msi:messages:0:99999999999999999999-0', 400],
    ['/unknown:0:1-1', 404],
    ['/msi:messages:9999:1-1', 404],
    [NOWHERE, 404],
  ])('refuses what it cannot show: %s', async (query, status) => {
    expect(await reprocessor.ask('GET', query)).toMatchObject({
      status,
      type: 'application/problem+json; charset=utf-8',
    });
  });
});

describe('a replay', () => {
  it('of a letter that holds no message is refused, and the letter stays', async () => {
    await groups.redis.xadd(`sb:${Streams.inbound}:dead_letter:{p1}`, '*', 'd', 'garbage{');
    const [letter] = (await reprocessor.list()).items as [Letter];
    const { deadLetterId } = letter;
    expect(await reprocessor.ask('POST', `${path(letter)}/replay`)).toMatchObject({ status: 409 });
    const all = await reprocessor.ask('POST', '/replay', { ids: [deadLetterId] });
    expect(all.body).toEqual({ replayed: [], missing: [], unreadable: [deadLetterId] });
    expect(await groups.redis.xlen(`sb:${Streams.inbound}:{p1}`)).toBe(0);
    expect(await reprocessor.ask('DELETE', path(letter))).toMatchObject({ status: 204 });
  });

  it('gives the message once more to the group that gave it up, and to no other', async () => {
    const letter = await lost('m1');
    await waitFor(() => groups.handled['other-group']?.length === 1, { describe: 'the other group had it' });
    groups.failing = false;
    expect(await reprocessor.ask('POST', `${path(letter)}/replay`)).toMatchObject({
      status: 200,
      body: { replayed: [letter.deadLetterId], missing: [] },
    });
    expect(await reprocessor.ask('POST', `${path(letter)}/replay`)).toMatchObject({ status: 404 });
    await groups.say('m2', 'v0');
    await waitFor(() => groups.handled['other-group']?.includes('m2'), { describe: 'the other group went on' });
    await waitFor(() => groups.handled['agent-group']?.includes('m2'), { describe: 'the group went on' });
    expect(groups.handled).toEqual({ 'agent-group': ['m1', 'm2'], 'other-group': ['m1', 'm2'] });
    expect((await reprocessor.list()).items).toEqual([]);
    expect(await audit()).toMatchObject([{ service: 'dead-letter-reprocessor', action: 'replayed', messageId: 'm1' }]);
  });

  it('asked for twice at once happens once', async () => {
    const letter = await lost('m1');
    groups.failing = false;
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => reprocessor.ask('POST', `${path(letter)}/replay`)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(404)]);
    await groups.say('m2', 'v0');
    await waitFor(() => groups.handled['agent-group']?.includes('m2'), { describe: 'the group went on' });
    expect(groups.handled['agent-group']).toEqual(['m1', 'm2']);
  });

  it('that fails again is a dead letter again', async () => {
    const letter = await lost('m1');
    await reprocessor.ask('POST', `${path(letter)}/replay`);
    const again = await waitFor(async () => (await reprocessor.list()).items[0], { describe: 'a dead letter' });
    expect(again).toMatchObject({ id: 'm1', group: 'agent-group' });
    expect(again.deadLetterId).not.toBe(letter.deadLetterId);
  });

  it('of many reports those that are gone', async () => {
    const all = await letters('m1', 'm2', 'm3');
    groups.failing = false;
    const ids = all.map(({ deadLetterId }) => deadLetterId);
    const missing = NOWHERE.slice(1);
    const answer = await reprocessor.ask('POST', '/replay', { ids: [ids[0], missing, ...ids] });
    expect(answer).toMatchObject({ status: 200, body: { replayed: ids, missing: [missing] } });
    await waitFor(() => groups.handled['agent-group']?.length === 3, { describe: 'all are handled' });
  });

  it.each([
    ['no list', {}],
    ['an empty list', { ids: [] }],
    ['no texts', { ids: [1] }],
    ['no JSON', '{'],
  ])('of many is refused for a bad body: %s', async (_name, body) => {
    expect(await reprocessor.ask('POST', '/replay', body)).toMatchObject({ status: 400 });
  });

  it('of many with one bad id replays none', async () => {
    const letter = await lost('m1');
    expect(await reprocessor.ask('POST', '/replay', { ids: [letter.deadLetterId, 'nonsense'] })).toMatchObject({
      status: 400,
    });
    expect((await reprocessor.list()).items).toEqual([letter]);
  });
});

describe('an edit', () => {
  const fieldsOf = ({ body }: Answer) => [
    ...new Set((body as { violations: { field: string }[] }).violations.map(({ field }) => field)),
  ];
  const payloadOf = ({ data }: Letter) => (JSON.parse(data) as Envelope<GuestMessage>).payload;

  it('changes what a replay sends, and nothing else of the message', async () => {
    const letter = await lost('m1');
    const answer = await reprocessor.ask('PATCH', path(letter), { payload: { ...payloadOf(letter), text: 'mended' } });
    expect(answer).toMatchObject({ status: 200, body: { id: 'm1', edited: true } });
    expect(JSON.parse((answer.body as Letter).data)).toEqual({
      ...(JSON.parse(letter.data) as object),
      payload: { ...payloadOf(letter), text: 'mended' },
    });
    groups.failing = false;
    await reprocessor.ask('POST', `${path(letter)}/replay`);
    await waitFor(() => groups.handled['agent-group']?.length === 1, { describe: 'it is handled' });
    expect(groups.handled['agent-group']).toEqual(['mended']);
  });

  it('that makes no valid message is refused with the field named', async () => {
    const letter = await lost('m1');
    const answer = await reprocessor.ask('PATCH', path(letter), { payload: { ...payloadOf(letter), text: 5 } });
    expect([answer.status, fieldsOf(answer)]).toEqual([400, ['text']]);
    const without = await reprocessor.ask('PATCH', path(letter), {});
    expect([without.status, fieldsOf(without)]).toEqual([400, ['payload']]);
    expect((await reprocessor.list()).items).toEqual([letter]);
  });

  it('of a letter that is gone is not found', async () => {
    expect(await reprocessor.ask('PATCH', NOWHERE, { payload: {} })).toMatchObject({ status: 404 });
  });
});

it('a discarded letter is gone for good, and that is on record', async () => {
  const letter = await lost('m1');
  expect(await reprocessor.ask('DELETE', path(letter))).toMatchObject({ status: 204 });
  expect(await reprocessor.ask('DELETE', path(letter))).toMatchObject({ status: 404 });
  expect(await reprocessor.ask('POST', `${path(letter)}/replay`)).toMatchObject({ status: 404 });
  expect(await audit()).toMatchObject([{ action: 'discarded', messageId: 'm1' }]);
});

it('no log line holds what a dead letter holds', async () => {
  const letter = await lost('text-canary');
  await reprocessor.ask('PATCH', path(letter), { payload: { text: 5, canary: '+4915112345678' } });
  await reprocessor.ask('POST', `${path(letter)}/replay`);
  expect(lines).toContain('listening');
  for (const canary of ['text-canary', '4915112345678', 'webchat:demo:v0']) expect(lines).not.toContain(canary);
});
