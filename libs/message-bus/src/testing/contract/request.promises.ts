import { expect, it } from '@jest/globals';
import { NobodyAnswers, RequestTimedOut } from '../../errors.js';
import { type RequestDraft } from '../../message-bus.js';
import { type BusScene, next, wordOf } from '../bus-scene.js';
import { until } from '../until.js';

/** Requests and answers. */
export function requestPromises(scene: () => BusScene): void {
  const question = (word: string): RequestDraft => ({
    message_type: 'question',
    from_agent: 'agent:curious',
    payload: { word },
  });

  it('gives each of many requests at once its own answer', async () => {
    const asking = await scene().bus();
    const agent = scene().name('oracle');
    const answering = await scene().bus();
    await answering.respond(agent, (request) => ({
      message_type: 'answer',
      payload: { word: `${wordOf(request)}!` },
    }));
    const words = Array.from({ length: 50 }, (_, n) => `q${n}`);
    const answers = await Promise.all(words.map((word) => asking.request(agent, question(word), { timeoutMs: 5_000 })));
    expect(answers.map(wordOf)).toEqual(words.map((word) => `${word}!`));
    expect(answers[0]).toMatchObject({ from_agent: `agent:${agent}`, to_agent: 'agent:curious' });
  });

  it('says which request an answer belongs to', async () => {
    const bus = await scene().bus();
    const agent = scene().name('oracle');
    await bus.respond(agent, () => ({ message_type: 'answer', payload: {} }));
    const draft = { ...question('x'), message_id: scene().name('m'), correlation_id: scene().name('c') };
    const answer = await bus.request(agent, draft, { timeoutMs: 5_000 });
    expect(answer).toMatchObject({ causation_id: draft.message_id, correlation_id: draft.correlation_id });
  });

  it('says at once when nobody answers', async () => {
    const bus = await scene().bus();
    const agent = scene().name('nobody');
    await expect(bus.request(agent, question('x'), { timeoutMs: 60_000 })).rejects.toThrow(NobodyAnswers);
    const responder = await bus.respond(agent, () => ({ message_type: 'answer', payload: {} }));
    await responder.stop();
    await expect(bus.request(agent, question('x'), { timeoutMs: 60_000 })).rejects.toThrow(NobodyAnswers);
  });

  it('gives up an answer that takes too long, and tells the handler', async () => {
    const bus = await scene().bus();
    const agent = scene().name('sleepy');
    let told = false;
    await bus.respond(agent, async (_request, { signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      told = true;
      return { message_type: 'answer', payload: {} };
    });
    await expect(bus.request(agent, question('x'), { timeoutMs: 50 })).rejects.toThrow(RequestTimedOut);
    await until('the handler was told', () => told);
  });

  it('answers an error of the handler with its code and words, and not with its stack', async () => {
    const bus = await scene().bus();
    const agent = scene().name('grumpy');
    await bus.respond(agent, () => {
      throw Object.assign(new Error('no rooms left'), { code: 'FULLY_BOOKED' });
    });
    const refused = await bus.request(agent, question('x'), { timeoutMs: 5_000 }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ name: 'RequestRefused', code: 'FULLY_BOOKED', message: 'no rooms left' });
  });

  it('does not hand out a request that has expired', async () => {
    const bus = await scene().bus();
    const agent = scene().name('late');
    let asked = 0;
    await bus.respond(agent, () => {
      asked++;
      return { message_type: 'answer', payload: {} };
    });
    const stale = { ...question('x'), expires_at: new Date(Date.now() - 1).toISOString() };
    await expect(bus.request(agent, stale, { timeoutMs: 5_000 })).rejects.toMatchObject({ code: 'EXPIRED' });
    expect(asked).toBe(0);
  });

  it('tells what an agent can do', async () => {
    const bus = await scene().bus();
    const agent = scene().name('able');
    await bus.respond(agent, () => ({ message_type: 'answer', payload: {} }), { capabilities: ['book', 'cancel'] });
    expect(await bus.capabilitiesOf(agent, { from: 'agent:curious', timeoutMs: 5_000 })).toEqual(['book', 'cancel']);
  });

  it('are not heard by one who listens to everything, and still say at once when nobody answers', async () => {
    const bus = await scene().bus();
    const agent = scene().name('oracle');
    const everything = bus.subscribe('*');
    await everything.ready;
    await expect(bus.request(agent, question('x'), { timeoutMs: 60_000 })).rejects.toThrow(NobodyAnswers);
    await bus.respond(agent, () => ({ message_type: 'answer', payload: {} }));
    await bus.request(agent, question('x'), { timeoutMs: 5_000 });
    const inbox = bus.receiveMessages(agent);
    const acknowledged = next(inbox).then((delivery) => delivery.ack());
    await bus.sendMessage({ ...question('y'), to_agent: agent }, { ackTimeoutMs: 5_000 });
    await acknowledged;
    await bus.publish(scene().topic('end'), question('end'));
    expect(wordOf(await next(everything))).toBe('end');
    expect(bus.counters.unreadable).toBe(0);
  });
}
