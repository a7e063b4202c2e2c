import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { BaseRpcExceptionFilter } from '@nestjs/microservices';
import { Logger } from '@nestjs/common';
import { lastValueFrom } from 'rxjs';
import { TopicContext } from '../contexts/topic-context.js';
import { openErrorPassage } from './error-passage.js';

const failure = new RangeError('too far');

function caught(context: object): Promise<unknown> {
  const host = new ExecutionContextHost([{}, context]);
  host.setType('rpc');
  const answer = new BaseRpcExceptionFilter().catch(failure, host);
  return lastValueFrom(answer).catch((error: unknown) => error);
}

beforeAll(() => {
  Logger.overrideLogger(false);
  openErrorPassage();
  openErrorPassage();
});

it('Nest’s filter of last resort hands on the error of a call of this transport as it is', async () => {
  expect(await caught(new TopicContext('t', new AbortController().signal))).toBe(failure);
});

it('and does for calls of other transports what it always did', async () => {
  expect(await caught({})).toEqual({ status: 'error', message: 'Internal server error' });
});
