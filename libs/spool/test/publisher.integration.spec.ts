import { until } from '@switchboard/delivery/testing';
import { carried, folder, note, opened, Outbox } from './scene.js';

let place: Awaited<ReturnType<typeof folder>>;
let outbox: Outbox;
let closing: (() => Promise<void>)[] = [];

beforeEach(async () => {
  place = await folder();
  outbox = new Outbox();
});

afterEach(async () => {
  for (const close of closing) await close();
  closing = [];
  await place.remove();
});

async function start(...rest: Parameters<typeof opened> extends [string, Outbox, ...infer R] ? R : never) {
  const running = await opened(place.path, outbox, ...rest);
  closing.push(() => running.close());
  return running;
}

it('while the destination is there nothing touches the disk', async () => {
  const stored: number[] = [];
  const { publisher, spool } = await start({ stored: (messages) => stored.push(messages) });
  publisher.start(false);
  expect(await publisher.publish([note('c', 1), note('d', 1)])).toEqual([
    { duplicate: false, spooled: false },
    { duplicate: false, spooled: false },
  ]);
  expect(await publisher.publish([note('c', 1)])).toEqual([{ duplicate: true, spooled: false }]);
  expect([stored, spool.state.messages]).toEqual([[], 0]);
});

it('what a destination that is away does not take arrives later, once and in order', async () => {
  const { publisher, spool } = await start();
  publisher.start(false);
  await publisher.publish([note('c', 0)]);
  outbox.away = true;
  for (let n = 1; n <= 20; n += 1) await publisher.publish([note('c', n), note('d', n)]);
  expect(spool.state.messages).toBe(40);
  expect(publisher.direct).toBe(false);
  outbox.away = false;
  await until('drained', () => spool.isEmpty);
  expect(outbox.of('c')).toEqual(Array.from({ length: 21 }, (_, n) => `c-${n}`));
  expect(outbox.of('d')).toEqual(Array.from({ length: 20 }, (_, n) => `d-${n + 1}`));
});

it('an outage is met once: who comes after does not wait for it', async () => {
  const { publisher } = await start({}, { patienceMs: 60_000 });
  publisher.start(false);
  outbox.away = true;
  await publisher.publish([note('c', 1)]);
  outbox.gate = new Promise(() => undefined);
  const startedAtMs = performance.now();
  await Promise.all(Array.from({ length: 200 }, (_, n) => publisher.publish([note(`c${n}`, 1)])));
  expect(performance.now() - startedAtMs).toBeLessThan(5_000);
});

it('a destination that does not answer is given up after the patience, for all that wait for it', async () => {
  const { publisher, spool } = await start({}, { patienceMs: 100 });
  let open: () => void = () => undefined;
  outbox.gate = new Promise((resolve) => (open = resolve));
  publisher.start(false);
  const taken = await Promise.all([1, 2, 3].map((n) => publisher.publish([note(`c${n}`, 1), note(`c${n}`, 2)])));
  expect(taken.flat().every(({ spooled }) => spooled)).toBe(true);
  open();
  outbox.gate = undefined;
  await until('drained', () => spool.isEmpty);
  for (const n of [1, 2, 3]) expect(outbox.of(`c${n}`)).toEqual([`c${n}-1`, `c${n}-2`]);
});

it('a conversation stays in order while the destination comes and goes under load', async () => {
  const { publisher, spool } = await start({}, { patienceMs: 20 });
  publisher.start(false);
  const flapping = setInterval(() => (outbox.away = !outbox.away), 7);
  const conversations = Array.from({ length: 20 }, (_, n) => `c${n}`);
  await Promise.all(
    conversations.map(async (conversation) => {
      // Two requests under way at any time, in a known order.
      let before: Promise<unknown> = Promise.resolve();
      for (let n = 0; n < 100; n += 2) {
        const [first, second] = [
          publisher.publish([note(conversation, n)]),
          publisher.publish([note(conversation, n + 1)]),
        ];
        await before;
        before = Promise.all([first, second]);
      }
      await before;
    }),
  );
  clearInterval(flapping);
  outbox.away = false;
  await until('drained', () => spool.isEmpty);
  for (const conversation of conversations) {
    expect(outbox.of(conversation)).toEqual(Array.from({ length: 100 }, (_, n) => `${conversation}-${n}`));
  }
});

it('messages of one request stay in order when the destination fails between them', async () => {
  const { publisher, spool } = await start();
  publisher.start(false);
  outbox.awayAfter = 2;
  const taken = await publisher.publish([1, 2, 3, 4].map((n) => note('c', n)));
  expect(taken.map(({ spooled }) => spooled)).toEqual([false, false, true, true]);
  outbox.awayAfter = Infinity;
  await until('drained', () => spool.isEmpty);
  expect(outbox.of('c')).toEqual(['c-1', 'c-2', 'c-3', 'c-4']);
});

it('a message that is refused for good is put aside, without holding up others', async () => {
  const refused: string[] = [];
  const { publisher, spool } = await start({ refused: (id, reason) => refused.push(`${id}: ${reason}`) });
  outbox.away = true;
  outbox.refuses.add('c-2');
  publisher.start(true);
  await publisher.publish([1, 2, 3].map((n) => note('c', n)));
  outbox.away = false;
  await until('drained', () => spool.isEmpty);
  expect(outbox.stored).toEqual(['c-1', 'c-3']);
  expect(refused).toEqual(['c-2: Refused REFUSED WRONGTYPE']);
});

it('a message that can no longer be read is put aside', async () => {
  const refused: string[] = [];
  const { publisher, spool } = await start({ refused: (id) => refused.push(id) });
  await spool.append([
    { id: 'bad', conversation: 'c', body: '{"half' },
    { id: 'c-1', conversation: 'c', body: carried.write(note('c', 1)) },
  ]);
  publisher.start(false);
  await until('drained', () => spool.isEmpty);
  expect([refused, outbox.stored]).toEqual([['bad'], ['c-1']]);
});

it('a conversation that is not taken now holds up no other', async () => {
  const { publisher, spool } = await start();
  outbox.blocks.add('full');
  publisher.start(true);
  outbox.away = true;
  for (let n = 0; n < 40; n += 1) await publisher.publish([note('full', n)]);
  await publisher.publish([note('other', 1)]);
  outbox.away = false;
  await until('all but the blocked ones left the spool', () => spool.state.messages === 40);
  expect(outbox.of('other')).toEqual(['other-1']);
  expect((await publisher.publish([note('new', 1)]))[0]?.spooled).toBe(false);
  outbox.blocks.clear();
  await until('drained', () => spool.isEmpty);
  expect(outbox.of('full')).toEqual(Array.from({ length: 40 }, (_, n) => `full-${n}`));
});

it('a conversation that is not taken goes to the spool alone; all others go on directly', async () => {
  const { publisher, spool } = await start();
  publisher.start(false);
  outbox.blocks.add('full');
  expect(await publisher.publish([note('full', 1), note('other', 1), note('full', 2)])).toEqual([
    { duplicate: false, spooled: true },
    { duplicate: false, spooled: false },
    { duplicate: false, spooled: true },
  ]);
  expect(publisher.direct).toBe(true);
  outbox.blocks.clear();
  await until('drained', () => spool.isEmpty);
  expect(outbox.of('full')).toEqual(['full-1', 'full-2']);
});

it('what was sent but not yet removed when the process died is sent again and recognised', async () => {
  const first = await opened(place.path, outbox);
  await first.spool.append([1, 2, 3].map((n) => ({ ...note('c', n), body: carried.write(note('c', n)) })));
  await first.spool.close();
  outbox.stored.push('c-1', 'c-2');
  const { publisher, spool } = await start();
  publisher.start(false);
  await until('drained', () => spool.isEmpty);
  expect(outbox.stored).toEqual(['c-1', 'c-2', 'c-3']);
});

it('stops at once with what is left on the disk, and the next start goes on', async () => {
  outbox.away = true;
  const first = await opened(place.path, outbox);
  first.publisher.start(true);
  await first.publisher.publish([note('c', 1), note('c', 2)]);
  await first.close();
  outbox.away = false;
  const { publisher, spool } = await start();
  expect(spool.state.messages).toBe(2);
  publisher.start(false);
  await until('drained', () => spool.isEmpty);
  expect(outbox.stored).toEqual(['c-1', 'c-2']);
});
