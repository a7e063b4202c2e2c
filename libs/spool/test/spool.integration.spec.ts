import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '@switchboard/delivery/testing';
import { Spool, SpoolFull, SpoolInUse, SpoolUnwritable } from '../src/index.js';
import { folder, roomy } from './scene.js';

let place: Awaited<ReturnType<typeof folder>>;
const open: Spool[] = [];

beforeEach(async () => {
  place = await folder();
});

afterEach(async () => {
  for (const spool of open.splice(0)) await spool.close();
  await place.remove();
});

async function spoolAt(path: string, limits = roomy, movedAside?: (path: string) => void): Promise<Spool> {
  const spool = new Spool(path, limits, movedAside ? { movedAside } : {});
  open.push(spool);
  await spool.open();
  return spool;
}

const message = (id: string, conversation = 'c', body = `{"of":"${id}"}`) => ({ id, conversation, body });
const idsOf = async (spool: Spool): Promise<string[]> => (await spool.page(0, 10_000)).map(({ id }) => id);

it('gives messages back in the order of the calls, after a new start too', async () => {
  const before = await spoolAt(place.path);
  const ids = Array.from({ length: 300 }, (_, i) => `m${i}`);
  await Promise.all(ids.map((id) => before.append([message(id)])));
  await before.close();
  const after = await spoolAt(place.path);
  expect(await idsOf(after)).toEqual(ids);
  expect(after.state).toMatchObject({ messages: 300, takes: true });
  expect(after.holds('c')).toBe(true);
  expect((await after.page(0, 1))[0]?.body).toBe('{"of":"m0"}');
});

it('holds each id once and says which were new', async () => {
  const spool = await spoolAt(place.path);
  const answers = await Promise.all([
    spool.append([message('a'), message('b')]),
    spool.append([message('b'), message('c')]),
    spool.append([message('a')]),
  ]);
  expect(answers).toEqual([[true, true], [false, true], [false]]);
  expect(spool.state.messages).toBe(3);
  expect(await idsOf(spool)).toEqual(['a', 'b', 'c']);
});

it('takes a request as a whole or not at all when it is full', async () => {
  const spool = await spoolAt(place.path, { ...roomy, maxMessages: 3 });
  await spool.append([message('a'), message('b')]);
  await expect(spool.append([message('c'), message('d')])).rejects.toThrow(SpoolFull);
  expect(await idsOf(spool)).toEqual(['a', 'b']);
  await spool.append([message('c')]);
  expect(spool.state.takes).toBe(false);
  await spool.remove(await spool.page(0, 1));
  expect(spool.state).toMatchObject({ messages: 2, takes: true });
});

it('counts bytes, and gets them back', async () => {
  const spool = await spoolAt(place.path, { ...roomy, maxBytes: 10_000 });
  const big = message('big', 'c', 'x'.repeat(8_000));
  await spool.append([big]);
  await expect(spool.append([{ ...big, id: 'second' }])).rejects.toThrow(SpoolFull);
  await spool.remove(await spool.page(0, 1));
  expect(spool.state).toEqual({ messages: 0, bytes: 0, oldestAgeMs: 0, takes: true });
  await spool.append([{ ...big, id: 'second' }]);
});

it('leaves nothing of removed messages on the disk', async () => {
  const spool = await spoolAt(place.path);
  await spool.append(Array.from({ length: 50 }, (_, i) => message(`m${i}`, 'c', `canary-${i}`.repeat(500))));
  await spool.remove(await spool.page(0, 100));
  await spool.close();
  for (const name of await readdir(place.path)) {
    expect((await readFile(join(place.path, name))).includes('canary')).toBe(false);
  }
});

it('is readable for its own user only', async () => {
  const path = join(place.path, 'of', 'its', 'own');
  const spool = await spoolAt(path);
  await spool.append([message('a')]);
  const files = await readdir(path);
  expect(files).toContain('spool.db-wal');
  for (const name of files) expect((await stat(join(path, name))).mode & 0o777).toBe(0o600);
  expect((await stat(path)).mode & 0o777).toBe(0o700);
});

it('puts a message aside with the reason, and it stays there', async () => {
  const spool = await spoolAt(place.path);
  await spool.append([message('a'), message('b')]);
  const [first] = await spool.page(0, 1);
  if (first) await spool.refuse(first, 'because');
  expect(await idsOf(spool)).toEqual(['b']);
  expect(spool.state.messages).toBe(1);
  const { bytes } = spool.state;
  await spool.close();
  expect((await spoolAt(place.path)).state).toMatchObject({ messages: 1, bytes });
});

it('refuses a folder that is in use', async () => {
  await spoolAt(place.path);
  await expect(new Spool(place.path, roomy).open()).rejects.toThrow(SpoolInUse);
}, 15_000);

it.each([
  ['is no database', async (path: string) => writeFile(path, 'garbage '.repeat(2_000))],
  [
    'lost a piece in its middle',
    async (path: string) => {
      const bytes = await readFile(path);
      await writeFile(path, bytes.fill(0x5a, 4_096, bytes.length - 100));
    },
  ],
])('moves a file aside that %s, says so, and begins a new one', async (_name, damage) => {
  const before = await spoolAt(place.path);
  await before.append(Array.from({ length: 100 }, (_, i) => message(`m${i}`, 'c', 'x'.repeat(1_000))));
  await before.close();
  await damage(join(place.path, 'spool.db'));
  const aside: string[] = [];
  const after = await spoolAt(place.path, roomy, (path) => aside.push(path));
  expect(aside).toEqual([expect.stringContaining('spool.db.damaged-')]);
  expect((await stat(aside[0] as string)).size).toBeGreaterThan(10_000);
  await after.append([message('new')]);
  expect(await idsOf(after)).toEqual(['new']);
});

it('a folder that cannot be made refuses every message and begins to take them when it can', async () => {
  const path = join(place.path, 'late');
  await writeFile(path, 'a file in its place');
  const spool = await spoolAt(path);
  expect(spool.state.takes).toBe(false);
  await expect(spool.append([message('a')])).rejects.toThrow(SpoolUnwritable);
  expect(spool.state.messages).toBe(0);
  await rm(path);
  await until('it takes messages', async () => {
    const answer: unknown = await spool.append([message('a')]).catch((error: unknown) => error);
    if (!Array.isArray(answer)) expect(answer).toBeInstanceOf(SpoolUnwritable);
    return Array.isArray(answer);
  });
  expect(await idsOf(spool)).toEqual(['a']);
});
