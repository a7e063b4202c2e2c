import { BadRequestException, HttpException, NotFoundException } from '@nestjs/common';
import { InvalidMessageError } from '@switchboard/message-schema';
import { problemOf } from './problem.js';

describe('the answer to an error', () => {
  it('names every field at fault of an invalid message', () => {
    const violations = [{ field: 'replyTo.channel', problem: 'must be one of …' }];
    expect(problemOf(new InvalidMessageError('GuestMessage', violations)).problem).toMatchObject({
      type: 'about:blank',
      title: 'Bad Request',
      status: 400,
      violations,
    });
  });

  it('keeps what a service says on purpose', () => {
    expect(problemOf(new NotFoundException('There is no source x')).problem).toMatchObject({
      status: 404,
      detail: 'There is no source x',
    });
    expect(problemOf(new BadRequestException(['a', 'b'])).problem).toMatchObject({ status: 400, detail: 'a; b' });
    expect(problemOf(new HttpException('plain', 409)).problem).toMatchObject({ status: 409, detail: 'plain' });
  });

  it.each([
    [0, 1],
    [1, 1],
    [1_000, 1],
    [1_001, 2],
  ])('turns "in %d ms" into Retry-After %d', (retryAfterMs, seconds) => {
    const answer = problemOf(Object.assign(new Error('backlog of canary'), { code: 'UNAVAILABLE', retryAfterMs }));
    expect(answer).toMatchObject({ problem: { status: 503 }, retryAfterSeconds: seconds, unexpected: false });
    // An append whose answer was lost may have been stored after all.
    expect(answer.problem.detail).toBe('The service cannot take this now; nothing is promised.');
    expect(JSON.stringify(answer)).not.toContain('canary');
  });

  it('tells nothing of what is unexpected', () => {
    for (const error of [new Error('canary'), 'canary', undefined, new HttpException('canary', 500)]) {
      const answer = problemOf(error);
      expect(answer).toMatchObject({ problem: { status: 500, title: 'Internal Server Error' }, unexpected: true });
      expect(JSON.stringify(answer)).not.toContain('canary');
    }
  });

  it("does not repeat a piece of the body, as the JSON parser's own message does", () => {
    const syntax = new SyntaxError('Unexpected token c, "canary" is not valid JSON');
    const mapped = new BadRequestException(syntax.message, { cause: syntax });
    expect(problemOf(mapped).problem).toMatchObject({ status: 400, detail: 'The body is not JSON.' });
  });
});
