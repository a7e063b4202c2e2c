/**
 * A request on the wire: a line `id reply-channel timeout-ms`, then the data. The deadline travels as the time that
 * is left, since the clocks of two machines differ.
 */
export interface RequestText {
  readonly id: string;
  readonly replyTo: string;
  readonly timeoutMs: number;
  readonly data: string;
}

/** A reply on the wire: a line `id instance ok` or `id instance error code`, then the data or the error's message. */
export interface ReplyText {
  readonly id: string;
  /** Which server answered; it can be asked directly from now on. */
  readonly instance: string;
  /** Present for an error. */
  readonly code?: string;
  readonly data: string;
}

export function encodeRequest({ id, replyTo, timeoutMs, data }: RequestText): string {
  return `${id} ${replyTo} ${timeoutMs}\n${data}`;
}

/** Nothing when it is not a request of ours. */
export function decodeRequest(text: string): RequestText | undefined {
  const [line, data] = splitLine(text);
  const [id, replyTo, timeout] = line.split(' ');
  const timeoutMs = Number(timeout);
  if (!id || !replyTo || !(timeoutMs > 0)) return undefined;
  return { id, replyTo, timeoutMs, data };
}

export function encodeReply({ id, instance, code, data }: ReplyText): string {
  return code === undefined ? `${id} ${instance} ok\n${data}` : `${id} ${instance} error ${code}\n${data}`;
}

export function decodeReply(text: string): ReplyText | undefined {
  const [line, data] = splitLine(text);
  const [id, instance, kind, code] = line.split(' ');
  if (!id || !instance) return undefined;
  if (kind === 'ok') return { id, instance, data };
  return kind === 'error' && code ? { id, instance, code, data } : undefined;
}

function splitLine(text: string): [line: string, rest: string] {
  const end = text.indexOf('\n');
  return end < 0 ? ['', ''] : [text.slice(0, end), text.slice(end + 1)];
}
