import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { type PrivateRedis, startRedis } from '@switchboard/testing';
import { RedisContents } from './redis-contents.js';
import { RunningIngress, signed } from './running-ingress.js';

const kinds = ['chatwoot', 'whatsapp', 'standard'] as const;
type Kind = (typeof kinds)[number];

/** FUZZ_SEED repeats a run; the name of each test shows the seed it had. */
const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 1_000_000);
const numRuns = Number(process.env['FUZZ_RUNS'] ?? 60);

const folder = new URL('../../../libs/channels/fixtures/', import.meta.url);
const fixtures = readdirSync(folder).map((file) => {
  const kind = kinds.find((word) => file.startsWith(word));
  if (!kind) throw new Error(`${file} is of no channel`);
  return { file, kind, text: readFileSync(new URL(file, folder), 'utf8') };
});

let redis: PrivateRedis;
let contents: RedisContents;
let ingress: RunningIngress;

beforeAll(async () => {
  redis = await startRedis();
  contents = new RedisContents(redis.url);
  ingress = await RunningIngress.start(redis.url, { BODY_LIMIT_BYTES: '262144' });
});

afterAll(async () => {
  await ingress?.stop();
  contents?.close();
  await redis?.stop();
});

/** Nothing of a refused request is stored, no request makes the service fail, and it goes on working. */
async function judge(kind: Kind, body: string | Buffer): Promise<void> {
  const text = typeof body === 'string' ? body : body.toString('latin1');
  const before = await contents.everything();
  const answer = await ingress.postTo(`/webhooks/${kind}/demo-${kind}`, body, signed(kind, body));
  const answered = await answer.text();
  expect([text, answer.status < 500]).toEqual([text, true]);
  if (answer.status === 200) return void (await contents.clear());
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(JSON.parse(answered)).toMatchObject({ status: answer.status });
  expect([text, await contents.everything()]).toEqual([text, before]);
}

/** Every place in a JSON value. */
function placesIn(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, child]) => placesIn(child, [...path, key]));
  return [path, ...inner];
}

function replaced(value: unknown, [key, ...rest]: readonly (string | number)[], by: unknown): unknown {
  if (key === undefined) return by;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string | number, unknown>;
  const child = rest.length === 0 ? by : replaced(copy[key], rest, by);
  if (child === undefined) delete copy[key];
  else copy[key] = child;
  return copy;
}

const odd = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    null,
    true,
    0,
    -1,
    1.5,
    1e308,
    2 ** 53,
    '',
    '0',
    'constructor',
    '__proto__',
    [],
    {},
  ),
  fc.constantFrom<unknown>('\0', '\ud800', '{p1}', 'a:b', '9'.repeat(30), 'x'.repeat(150_001), [[[[[[]]]]]]),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.double(),
  fc.jsonValue({ maxDepth: 3 }),
);

describe.each(fixtures)('whatever comes in place of $file', ({ kind, text }) => {
  const value = JSON.parse(text) as unknown;
  const places = placesIn(value);

  it(`with other values in some places is taken or refused whole (seed ${seed})`, async () => {
    const change = fc.tuple(fc.constantFrom(...places), odd);
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        const changed = changes.reduce((whole, [place, by]) => safely(whole, place, by), value);
        await judge(kind, JSON.stringify(changed) ?? 'null');
      }),
      { seed, numRuns },
    );
  });

  it(`with other bytes in some places is taken or refused whole (seed ${seed})`, async () => {
    const bytes = Buffer.from(text);
    const cut = fc.record({ at: fc.nat(bytes.length), remove: fc.nat(8), insert: fc.uint8Array({ maxLength: 8 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(cut, { minLength: 1, maxLength: 3 }), async (cuts) => {
        const changed = cuts.reduce(
          (whole, { at, remove, insert }) =>
            Buffer.concat([whole.subarray(0, at), Buffer.from(insert), whole.subarray(at + remove)]),
          bytes,
        );
        await judge(kind, changed);
      }),
      { seed, numRuns: Math.ceil(numRuns / 2) },
    );
  });
});

/** A change of a place that an earlier change took away changes nothing. */
function safely(whole: unknown, place: readonly (string | number)[], by: unknown): unknown {
  try {
    return replaced(whole, place, by);
  } catch {
    return whole;
  }
}
