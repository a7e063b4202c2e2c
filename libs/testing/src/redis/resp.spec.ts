import { decodeReply, encodeCommand, RedisRefusal, type RedisReply } from './resp.js';

describe('the protocol of Redis', () => {
  it('counts bytes, not characters, in a command', () => {
    expect(encodeCommand(['SET', 'gäst', 7])).toBe('*3\r\n$3\r\nSET\r\n$5\r\ngäst\r\n$1\r\n7\r\n');
  });

  it.each<[string, string, RedisReply]>([
    ['a status', '+PONG\r\n', 'PONG'],
    ['a number', ':-3\r\n', -3],
    ['a text with a line break', '$4\r\na\r\nb\r\n', 'a\r\nb'],
    ['nothing', '$-1\r\n', null],
    ['no list', '*-1\r\n', null],
    ['a list of lists', '*2\r\n*1\r\n:1\r\n$0\r\n\r\n', [[1], '']],
  ])('reads %s, however the bytes arrive', (_name, wire, value) => {
    const bytes = Buffer.from(wire);
    for (let length = 0; length < bytes.length; length += 1)
      expect(decodeReply(bytes.subarray(0, length))).toBeUndefined();
    expect(decodeReply(bytes)).toEqual({ value, next: bytes.length });
  });

  it('reads a refusal with its code', () => {
    const { value } = decodeReply(Buffer.from('-NOAUTH Authentication required.\r\n')) ?? {};
    expect(value).toBeInstanceOf(RedisRefusal);
    expect(value).toMatchObject({ code: 'NOAUTH', message: 'NOAUTH Authentication required.' });
  });

  it('refuses what another protocol says', () => {
    expect(() => decodeReply(Buffer.from('HTTP/1.1 400 Bad Request\r\n'))).toThrow('no reply of Redis');
  });
});
