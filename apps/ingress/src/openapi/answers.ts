import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';

type Schema = Readonly<Record<string, unknown>>;

/** Where a schema of the document stands. */
export function reference(name: string): { $ref: string } {
  return { $ref: `#/components/schemas/${name}` };
}

/** Bodies of answers; what comes in is described by the message classes themselves. */
export const answerSchemas: Readonly<Record<string, Schema>> = {
  Receipt: {
    type: 'object',
    description:
      'All messages of the webhook are safely stored, in Redis or on the disk while Redis is away, or had been before.',
    required: ['accepted', 'duplicates'],
    properties: {
      accepted: { type: 'integer', minimum: 0, description: 'Messages that are new.' },
      duplicates: { type: 'integer', minimum: 0, description: 'Messages that had been taken before.' },
    },
    example: { accepted: 1, duplicates: 0 },
  },
  WebchatReceipt: {
    type: 'object',
    required: ['id', 'duplicate'],
    properties: {
      id: { type: 'string', description: 'The messageId of the visitor’s browser.' },
      duplicate: { type: 'boolean', description: 'True when it had been taken before.' },
    },
    example: { id: 'm1', duplicate: false },
  },
  Problem: {
    type: 'object',
    description: 'An error, see RFC 9457. Holds no values of the request.',
    required: ['type', 'title', 'status'],
    properties: {
      type: { type: 'string' },
      title: { type: 'string' },
      status: { type: 'integer' },
      detail: { type: 'string' },
      violations: {
        type: 'array',
        items: {
          type: 'object',
          required: ['field', 'problem'],
          properties: { field: { type: 'string' }, problem: { type: 'string' } },
        },
      },
    },
  },
};

const problems = {
  400: 'The body is not JSON, not UTF-8, or a field does not fit; violations names the fields.',
  401: 'The signature is missing, too old or does not fit.',
  403: 'The verify token does not fit.',
  404: 'There is no such source or property.',
  413: 'The body is larger than BODY_LIMIT_BYTES.',
  415: 'The content type is not application/json, or the body is compressed.',
  429: 'The source sends faster than its requestsPerSecond allows. Nothing was stored.',
  503: 'Redis does not take it (away, full or too much is waiting), nor does the spool, if there is one (full, or its disk fails); or the service is stopping. Send it again later: what was stored all the same is recognised.',
} as const;

export type ProblemStatus = keyof typeof problems;

/** The errors a route answers with. */
export function DescribeProblems(...statuses: ProblemStatus[]): MethodDecorator & ClassDecorator {
  return applyDecorators(
    ...statuses.map((status) =>
      ApiResponse({
        status,
        description: problems[status],
        content: { 'application/problem+json': { schema: reference('Problem') } },
        headers: status === 429 || status === 503 ? { ...correlation, ...retryAfter } : correlation,
      }),
    ),
  );
}

/** Every answer carries it. */
export const correlation = {
  'X-Correlation-Id': {
    description: 'The id of the request, or the one it named: it stands in logs and in what is stored.',
    schema: { type: 'string' as const },
  },
};

const retryAfter = { 'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer' as const } } };
