/** One Server-Sent Event. */
export interface ServerEvent {
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

/** A running subscription to Server-Sent Events. */
export interface EventSubscription {
  /** Everything received so far, oldest first. */
  readonly events: readonly ServerEvent[];
  close(): void;
}

/**
 * Subscribes to Server-Sent Events as a browser does, without its reconnecting.
 *
 * @throws Error when the server does not answer 200 with an event stream.
 */
export async function subscribeEvents(url: string, lastEventId?: string): Promise<EventSubscription> {
  const abort = new AbortController();
  const headers = { accept: 'text/event-stream', ...(lastEventId ? { 'last-event-id': lastEventId } : {}) };
  const response = await fetch(url, { headers, signal: abort.signal });
  if (response.status !== 200 || !response.body) throw new Error(`${url} answered ${response.status}: no event stream`);
  const events: ServerEvent[] = [];
  void read(response.body, events).catch(() => undefined);
  return { events, close: () => abort.abort() };
}

async function read(body: ReadableStream<Uint8Array>, events: ServerEvent[]): Promise<void> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) take(block, events);
  }
}

function take(block: string, events: ServerEvent[]): void {
  const fields: Record<string, string> = {};
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) fields[line.slice(0, colon)] = line.slice(colon + 1).replace(/^ /, '');
  }
  if (fields['data'] !== undefined) {
    events.push({ id: fields['id'] ?? '', event: fields['event'] ?? 'message', data: fields['data'] });
  }
}
