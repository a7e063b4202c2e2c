import { type FakeChatwoot, startFakeChatwoot } from '@switchboard/testing';
import { chatwootReply } from '../../test/replies.js';
import { channels, type SendContext } from '../index.js';
import { findInChatwoot } from './find-in-chatwoot.js';

let chatwoot: FakeChatwoot;
beforeEach(async () => {
  chatwoot = await startFakeChatwoot();
});
afterEach(() => chatwoot.close());

const contextOf = (messageId: string, token = 'dev-token'): SendContext => ({
  messageId,
  correlationId: 'c',
  api: { baseUrl: chatwoot.url, token },
  timeoutMs: 2_000,
});
const send = (messageId: string, text = messageId) =>
  channels.chatwoot.send({ ...chatwootReply, text }, contextOf(messageId));
const find = (messageId: string, text = messageId, calledAtMs = Date.now()) =>
  findInChatwoot({ ...chatwootReply, text }, contextOf(messageId), calledAtMs);

describe('a reply of unknown outcome', () => {
  it('is found by our id, and absent when it is not there', async () => {
    const { providerMessageId } = await send('r-1');
    await send('r-2', 'the same words');
    expect(await find('r-1')).toEqual({ providerMessageId });
    expect(await find('r-3', 'the same words')).toBe('absent');
  });

  it('is found behind many later messages', async () => {
    const calledAtMs = Date.now();
    const { providerMessageId } = await send('early');
    for (let n = 0; n < 45; n += 1) await send(`later-${n}`);
    expect(await find('early', 'early', calledAtMs)).toEqual({ providerMessageId });
  });

  it('is found by its text where Chatwoot keeps no attributes, but not among what was written before', async () => {
    const body = JSON.stringify({ content: 'hello again', message_type: 'outgoing' });
    const url = `${chatwoot.url}/api/v1/accounts/1/conversations/10/messages`;
    const headers = { api_access_token: 'dev-token', 'content-type': 'application/json' };
    await fetch(url, { method: 'POST', body, headers });
    expect(await find('r-4', 'hello again')).toMatchObject({ providerMessageId: expect.any(String) });
    expect(await find('r-4', 'hello again', Date.now() + 60_000)).toBe('absent');
    expect(await find('r-4', 'other words')).toBe('absent');
  });

  it('is hidden from an agent bot, which may list nothing', async () => {
    const bot = await startFakeChatwoot({ bot: true });
    const context = { ...contextOf('r-5'), api: { baseUrl: bot.url, token: 'dev-token' } };
    expect(await findInChatwoot(chatwootReply, context, Date.now())).toBe('hidden');
    await bot.close();
  });
});
