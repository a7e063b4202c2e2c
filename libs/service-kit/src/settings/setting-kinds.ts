import { type About, type Setting, setting } from './setting.js';

/** Whole number within bounds, both included. */
export function integer<F extends number | undefined = undefined>(
  about: About<number, F> & { readonly min: number; readonly max: number },
): Setting<number | F> {
  const { min, max, ...rest } = about;
  return setting<number, F>(rest as About<number, F>, {
    expected: `a whole number from ${min} to ${max}`,
    read: (text) => {
      const value = /^-?\d{1,15}$/.test(text) ? Number(text) : NaN;
      return value >= min && value <= max ? value : undefined;
    },
  });
}

/** Text of a form. */
export function text<F extends string | undefined = undefined>(
  about: About<string, F> & { readonly form?: RegExp; readonly expected?: string },
): Setting<string | F> {
  const { form = /^[^\0\r\n]{1,4096}$/, expected = 'one line of text', ...rest } = about;
  return setting<string, F>(rest as About<string, F>, {
    expected,
    read: (given) => (form.test(given) ? given : undefined),
  });
}

/** A password or token: printable, without blanks. */
export function secret(about: About<string, undefined>): Setting<string | undefined> {
  return setting<string>(
    { ...about, secret: true },
    {
      expected: 'printable characters without blanks, at most 4096',
      read: (given) => (/^[\x21-\x7e]{1,4096}$/.test(given) ? given : undefined),
    },
  );
}

/** On or off. */
export function flag<F extends boolean | undefined = undefined>(about: About<boolean, F>): Setting<boolean | F> {
  const words: Readonly<Record<string, boolean>> = { true: true, '1': true, false: false, '0': false };
  return setting<boolean, F>(about, { expected: 'true or false', read: (given) => words[given.toLowerCase()] });
}

/** One of some words. */
export function choice<const W extends string, F extends W | undefined = undefined>(
  words: readonly W[],
  about: About<W, F>,
): Setting<W | F> {
  return setting<W, F>(about, {
    expected: `one of ${words.join(', ')}`,
    read: (given) => words.find((word) => word === given),
  });
}

/** An absolute address with one of some schemes. */
export function url(schemes: readonly string[], about: About<string, undefined>): Setting<string | undefined> {
  return setting<string>(about, {
    expected: `an address that begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
    read: (given) => {
      const parsed = URL.canParse(given) ? new URL(given) : undefined;
      return parsed && parsed.hostname !== '' && schemes.includes(parsed.protocol.slice(0, -1)) ? given : undefined;
    },
  });
}

/** Web origins, separated by commas. */
export function origins(about: About<readonly string[], readonly string[]>): Setting<readonly string[]> {
  return setting<readonly string[], readonly string[]>(about, {
    expected: 'origins such as https://desk.example, separated by commas',
    read: (given) => {
      const list = given.split(',').map((item) => item.trim());
      return list.every(isOrigin) ? list : undefined;
    },
  });
}

/** True for scheme, host and port alone, as browsers write them into the Origin header. */
export function isOrigin(given: unknown): given is string {
  return typeof given === 'string' && URL.canParse(given) && /^https?:/.test(given) && new URL(given).origin === given;
}

/** Where a server listens. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

/** `host:port` pairs, separated by commas; IPv6 addresses in brackets. */
export function addresses(
  about: About<readonly ServerAddress[], undefined>,
): Setting<readonly ServerAddress[] | undefined> {
  return setting<readonly ServerAddress[]>(about, {
    expected: 'host:port pairs separated by commas',
    read: (given) => {
      const list = given.split(',').map((item) => addressOf(item.trim()));
      return list.every((address) => address !== undefined) ? list : undefined;
    },
  });
}

function addressOf(item: string): ServerAddress | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9_.-]+)):(\d{1,5})$/.exec(item);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  return host !== undefined && port >= 1 && port <= 65_535 ? { host, port } : undefined;
}

/** How many replicas must have an append: a number, all that are connected, or more than half of them. */
export type AckReplicas = 'all' | 'majority' | number;

/** `all`, `majority` or a number of replicas. */
export function ackReplicas<F extends AckReplicas>(about: About<AckReplicas, F>): Setting<AckReplicas> {
  return setting<AckReplicas, F>(about, {
    expected: 'all, majority or a whole number from 0 to 16',
    read: (given) => {
      if (given === 'all' || given === 'majority') return given;
      return /^\d{1,2}$/.test(given) && Number(given) <= 16 ? Number(given) : undefined;
    },
  });
}
