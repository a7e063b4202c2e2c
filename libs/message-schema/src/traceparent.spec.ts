import { childTraceparent, formatTraceparent, newTrace, parseTraceparent } from './index.js';

const trace = '0af7651916cd43dd8448eb211c80319c';
const span = 'b7ad6b7169203331';
const known = `00-${trace}-${span}-01`;

describe('a traceparent', () => {
  it('is read and written back', () => {
    expect(parseTraceparent(known)).toEqual({ traceId: trace, parentId: span, sampled: true });
    for (const text of [known, `00-${trace}-${span}-00`]) {
      const context = parseTraceparent(text);
      expect(context && formatTraceparent(context)).toBe(text);
    }
  });

  it.each([
    ['of a later version', `cc-${trace}-${span}-01`],
    ['of a later version that appends something', `01-${trace}-${span}-01-what-the-future-brings`],
    ['with flags not known yet', `00-${trace}-${span}-ff`],
  ])('is understood %s', (_name, text) => {
    expect(parseTraceparent(text)).toEqual({ traceId: trace, parentId: span, sampled: true });
    expect(childTraceparent(text)).toMatch(new RegExp(`^00-${trace}-[0-9a-f]{16}-01$`));
  });

  it.each([
    ['absent', undefined],
    ['empty', ''],
    ['of the forbidden version', `ff-${trace}-${span}-01`],
    ['of version 00 with something appended', `${known}-more`],
    ['with a trace of zeros', `00-${'0'.repeat(32)}-${span}-01`],
    ['with a parent of zeros', `00-${trace}-${'0'.repeat(16)}-01`],
    ['in capitals', known.toUpperCase()],
    ['too short', known.slice(0, -1)],
    ['of a later version without a dash', `01-${trace}-${span}-01x`],
    ['surrounded by spaces', ` ${known} `],
    ['with a line end', `${known}\n`],
  ])('begins a new trace when it is %s', (_name, text) => {
    expect(parseTraceparent(text)).toBeUndefined();
    const child = parseTraceparent(childTraceparent(text));
    expect(child).toBeDefined();
    expect(child?.traceId).not.toBe(trace);
  });

  it('of a child keeps the trace and the decision to record, and is a span of its own', () => {
    for (const parent of [known, `00-${trace}-${span}-00`]) {
      const child = parseTraceparent(childTraceparent(parent));
      expect(child).toMatchObject({ traceId: trace, sampled: parent.endsWith('1') });
      expect(child?.parentId).not.toBe(span);
    }
    expect(newTrace().traceId).not.toBe(newTrace().traceId);
  });
});
