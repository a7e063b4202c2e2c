import { withoutNul } from './without-nul.js';

describe('a NUL character in what a provider sent', () => {
  it('is replaced wherever it is, and nothing else is changed', () => {
    const sent = {
      text: 'a\0b',
      attachments: [{ name: '\0' }, { name: 'ok', size: 3, note: null }],
      '{"\\u0000"}': '\\u0000',
    };
    expect(withoutNul(sent)).toEqual({
      text: 'a\ufffdb',
      attachments: [{ name: '\ufffd' }, { name: 'ok', size: 3, note: null }],
      '{"\\u0000"}': '\\u0000',
    });
  });
});
