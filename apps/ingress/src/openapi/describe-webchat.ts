import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOperation, ApiParam, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { correlation, DescribeProblems, reference } from './answers.js';

const property = { name: 'property', description: 'Id of the property in PROPERTIES_FILE.', example: 'demo' } as const;

/** Describes how a visitor writes. */
export function DescribeWebchatPost(): MethodDecorator {
  return applyDecorators(
    ApiTags('Web chat'),
    ApiOperation({ summary: 'A visitor writes', description: 'The same messageId again stores nothing.' }),
    ApiParam(property),
    ApiBody({ schema: reference('WebchatPost') }),
    ApiResponse({ status: 202, description: 'Stored.', schema: reference('WebchatReceipt'), headers: correlation }),
    DescribeProblems(400, 404, 413, 415, 429, 503),
  );
}

/** Describes how a visitor reads. */
export function DescribeLines(): MethodDecorator {
  return applyDecorators(
    ApiTags('Web chat'),
    ApiOperation({
      summary: 'What a visitor sees, as Server-Sent Events',
      description:
        'First the lines after Last-Event-ID, or all that are kept, then each as it comes: event message, its id the ' +
        'cursor, its data a WebchatLine as JSON.',
    }),
    ApiParam(property),
    ApiQuery({ name: 'visitorId', required: true, schema: { type: 'string', pattern: '^[A-Za-z0-9_.-]{1,128}$' } }),
    ApiHeader({ name: 'Last-Event-ID', required: false, description: 'The id of the last event that was seen.' }),
    ApiResponse({
      status: 200,
      description: 'The stream; it does not end by itself.',
      headers: correlation,
      content: { 'text/event-stream': { schema: reference('WebchatLine') } },
    }),
    DescribeProblems(400, 404, 503),
  );
}
