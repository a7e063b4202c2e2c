import {
  createHashId,
  createLogger,
  currentCorrelationId,
  isCorrelationId,
  NestLogger,
  runWithCorrelation,
} from '../index.js';
import { prettyLines } from './pretty-lines.js';

type Line = Record<string, unknown>;

function captured(level = 'trace'): { lines: () => Line[]; raw: () => string; log: ReturnType<typeof createLogger> } {
  const written: string[] = [];
  const destination = { write: (line: string) => void written.push(line) };
  const log = createLogger({ service: 'ingress', level, pretty: false, destination });
  return { log, lines: () => written.map((line) => JSON.parse(line) as Line), raw: () => written.join('') };
}

describe('a log line', () => {
  it('is one JSON object with service, level, time and message', () => {
    const { log, lines } = captured();
    log.info({ url: 'http://127.0.0.1:1' }, 'listening');
    expect(lines()).toEqual([
      { level: 'info', time: expect.any(String), service: 'ingress', url: 'http://127.0.0.1:1', msg: 'listening' },
    ]);
  });

  it('carries the correlation id of the work it belongs to, also after a wait', async () => {
    const { log, lines } = captured();
    await Promise.all(
      ['a', 'b'].map((id) =>
        runWithCorrelation(id, async () => {
          await new Promise(setImmediate);
          log.info(id);
        }),
      ),
    );
    log.info('none');
    expect(lines().map(({ msg, correlationId }) => [msg, correlationId])).toEqual([
      ['a', 'a'],
      ['b', 'b'],
      ['none', undefined],
    ]);
    expect(currentCorrelationId()).toBeUndefined();
  });

  it('never holds what guests say, who they are, or a credential, at any depth', () => {
    const { log, raw } = captured();
    const c = 'canary';
    log.info({ text: c, headers: { Authorization: c, cookie: c, 'X-Hub-Signature-256': c, api_access_token: c } }, 'm');
    log.info({ a: { b: { payload: { text: c }, replies: [{ content: c, to: c, from: c }] } } }, 'm');
    log.info(
      { settings: { redis: { password: c, sentinelPassword: c }, token: c }, map: new Map([['phone', c]]) },
      'm',
    );
    log.child({ secret: c }).info({ body: Buffer.from(c) }, 'm');
    expect(raw()).not.toContain(c);
    expect(raw()).toContain('[redacted]');
  });

  it('never holds the arguments of a refused Redis command, the body of a request, or credentials in an address', () => {
    const { log, raw, lines } = captured();
    const error = Object.assign(
      new Error('connect redis://user:canary@host:6379 failed', { cause: new Error('deep') }),
      {
        code: 'ECONNREFUSED',
        command: { name: 'xadd', args: ['canary'] },
        request: { body: 'canary' },
      },
    );
    log.error({ err: error }, 'it failed');
    log.error(error);
    log.error({ nested: { error } }, 'it failed');
    expect(raw()).not.toContain('canary');
    expect(lines()[0]?.['err']).toMatchObject({
      name: 'Error',
      code: 'ECONNREFUSED',
      cause: { message: 'deep' },
      stack: expect.stringContaining('at '),
    });
    expect(lines()[1]).toMatchObject({ msg: 'connect redis://***@host:6379 failed' });
  });

  it('survives fields that contain themselves, are deep, or are no JSON', () => {
    const { log, lines } = captured();
    const ring: Line = {};
    ring['ring'] = ring;
    log.info({ ring, big: 7n, none: undefined }, 'm');
    expect(lines()[0]).toMatchObject({ big: '7', msg: 'm' });
  });

  it('is readable when that is asked for, and shows where a service listens', () => {
    const written: string[] = [];
    const log = createLogger({
      service: 'x',
      level: 'info',
      pretty: false,
      destination: prettyLines('ingress', { colour: false, named: true }, { write: (line) => void written.push(line) }),
    });
    log.info({ url: 'http://127.0.0.1:3000' }, 'listening');
    expect(written.join('')).toMatch(
      /^ingress {17}\d\d:\d\d:\d\d\.\d{3} INFO: listening on http:\/\/127\.0\.0\.1:3000\n$/,
    );
  });
});

describe('an id in logs', () => {
  it('is short, the same for the same key, and another with another key', () => {
    const hash = createHashId('key');
    expect(hash('whatsapp:x:491')).toHaveLength(12);
    expect(hash('whatsapp:x:491')).toBe(createHashId('key')('whatsapp:x:491'));
    expect(hash('whatsapp:x:491')).not.toBe(createHashId('other')('whatsapp:x:491'));
    for (let n = 0; n <= 10_000; n++) hash(`other ${n}`);
    expect(hash('whatsapp:x:491')).toBe(createHashId('key')('whatsapp:x:491'));
    expect(createHashId()('a')).not.toBe(createHashId()('a'));
  });
});

describe('a correlation id from outside', () => {
  it.each(['abc', '6ac8eb74-cef9-4b7a-9074-775e3b7dfddf', 'a:b.c_d'])('is taken over when it is plain: %s', (id) => {
    expect(isCorrelationId(id)).toBe(true);
  });

  it.each(['', 'a b', 'a\nb', 'ä', '{"a":1}', 'x'.repeat(129), undefined, ['a']])('is refused: %j', (id) => {
    expect(isCorrelationId(id)).toBe(false);
  });
});

describe("Nest's messages", () => {
  it('are written with their context, the story of the start only when it is looked for', () => {
    const { log, lines } = captured();
    const nest = new NestLogger(log);
    nest.log('Mapped route', 'RouterExplorer');
    nest.warn('careful', 'Somewhere');
    nest.error('bad', 'Error: bad canary\n    at place (file.ts:1:1)', 'Somewhere');
    nest.error(new Error('worse'));
    expect(lines().map(({ level, msg, context }) => [level, msg, context])).toEqual([
      ['debug', 'Mapped route', 'RouterExplorer'],
      ['warn', 'careful', 'Somewhere'],
      ['error', 'bad', 'Somewhere'],
      ['error', 'worse', undefined],
    ]);
    expect(lines()[2]?.['stack']).toBe('    at place (file.ts:1:1)');
  });
});
