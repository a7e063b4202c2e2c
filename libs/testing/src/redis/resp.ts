/** A reply of Redis in RESP2: a text, a number, nothing, or a list of replies. */
export type RedisReply = string | number | null | RedisReply[];

/** Redis refused a command. `code` is the first word, for example `NOAUTH` or `LOADING`. */
export class RedisRefusal extends Error {
  override readonly name = 'RedisRefusal';
  readonly code: string;

  constructor(message: string) {
    super(message);
    this.code = message.split(' ', 1)[0] ?? '';
  }
}

/** A command as it goes over the wire. https://redis.io/docs/latest/develop/reference/protocol-spec/ */
export function encodeCommand(words: readonly (string | number)[]): string {
  const parts = words.map((word) => `$${Buffer.byteLength(String(word))}\r\n${word}\r\n`);
  return `*${words.length}\r\n${parts.join('')}`;
}

/** One decoded reply, or an error in its place, and where the next one begins. */
export interface Decoded {
  value: RedisReply | RedisRefusal;
  next: number;
}

/** Reads one reply from `at`; undefined when the bytes do not hold all of it yet. */
export function decodeReply(bytes: Buffer, at = 0): Decoded | undefined {
  const lineEnd = bytes.indexOf('\r\n', at);
  if (lineEnd < 0) return undefined;
  const line = bytes.toString('utf8', at + 1, lineEnd);
  const next = lineEnd + 2;
  switch (String.fromCharCode(bytes[at] ?? 0)) {
    case '+':
      return { value: line, next };
    case '-':
      return { value: new RedisRefusal(line), next };
    case ':':
      return { value: Number(line), next };
    case '$':
      return decodeBulk(bytes, next, Number(line));
    case '*':
      return decodeList(bytes, next, Number(line));
    default:
      throw new Error('This is no reply of Redis');
  }
}

function decodeBulk(bytes: Buffer, at: number, length: number): Decoded | undefined {
  if (length < 0) return { value: null, next: at };
  if (bytes.length < at + length + 2) return undefined;
  return { value: bytes.toString('utf8', at, at + length), next: at + length + 2 };
}

function decodeList(bytes: Buffer, at: number, length: number): Decoded | undefined {
  if (length < 0) return { value: null, next: at };
  const list: RedisReply[] = [];
  let next = at;
  for (let i = 0; i < length; i += 1) {
    const item = decodeReply(bytes, next);
    if (!item) return undefined;
    list.push(item.value instanceof RedisRefusal ? item.value.message : item.value);
    next = item.next;
  }
  return { value: list, next };
}
