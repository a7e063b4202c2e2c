import { type EntryRequest, type EntrySettings, mayEnter } from './staff-entry.js';

const open: EntrySettings = { token: undefined, production: false, propertyIds: ['demo', 'other'] };
const closed: EntrySettings = { token: 'right', production: true, propertyIds: ['grand', 'other'] };
const here: EntryRequest = {
  token: undefined,
  propertyId: undefined,
  remoteAddress: '127.0.0.1',
  headers: { host: 'localhost:3001' },
};

describe('without a token in the settings', () => {
  it.each([
    ['127.0.0.1', 'localhost:3001'],
    ['::1', '[::1]:3001'],
    ['::ffff:127.0.0.1', '127.0.0.1'],
  ])('the demo is open to %s that asks for %s', (remoteAddress, host) => {
    expect(mayEnter({ ...here, remoteAddress, headers: { host } }, open)).toEqual({ ok: true, propertyId: 'demo' });
  });

  it('no other property is open', () => {
    expect(mayEnter({ ...here, propertyId: 'other' }, open)).toEqual({ ok: false, reason: 'property' });
  });

  it.each([
    ['another machine', { ...here, remoteAddress: '10.0.0.7' }],
    ['a foreign name that leads to loopback', { ...here, headers: { host: 'evil.example:3001' } }],
    ['a name that only begins like ours', { ...here, headers: { host: 'localhost.evil.example' } }],
    ['a proxy', { ...here, headers: { ...here.headers, 'x-forwarded-for': '203.0.113.9' } }],
    ['no address at all', { ...here, remoteAddress: undefined }],
  ])('it is closed to %s', (_name, request) => {
    expect(mayEnter(request, open)).toEqual({ ok: false, reason: 'token' });
  });

  it('it is closed to everybody in production', () => {
    expect(mayEnter(here, { ...open, production: true })).toEqual({ ok: false, reason: 'token' });
  });
});

describe('with a token in the settings', () => {
  it('the token opens the named property, or else the first', () => {
    expect(mayEnter({ ...here, token: 'right' }, closed)).toEqual({ ok: true, propertyId: 'grand' });
    expect(mayEnter({ ...here, token: 'right', propertyId: 'other' }, closed)).toEqual({
      ok: true,
      propertyId: 'other',
    });
  });

  it('a wrong or missing token opens nothing, also not on this machine', () => {
    for (const token of ['wrong', 'righ', 'right ', '', undefined]) {
      expect(mayEnter({ ...here, token }, { ...closed, production: false })).toEqual({ ok: false, reason: 'token' });
    }
  });

  it('an unknown property is refused', () => {
    expect(mayEnter({ ...here, token: 'right', propertyId: 'demo' }, closed)).toEqual({
      ok: false,
      reason: 'property',
    });
  });
});
