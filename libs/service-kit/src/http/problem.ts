import { HttpException } from '@nestjs/common';
import { InvalidMessageError, type Violation } from '@switchboard/message-schema';
import { STATUS_CODES } from 'node:http';

/** Body of an error answer. @see https://www.rfc-editor.org/rfc/rfc9457 */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  /** The fields at fault, without their values. */
  readonly violations?: readonly Violation[];
}

/** An error answer with what goes beside its body. */
export interface ProblemAnswer {
  readonly problem: Problem;
  /** Whole seconds for the Retry-After header. */
  readonly retryAfterSeconds?: number;
  /** Something went wrong here, not with the request; worth a line in the log. */
  readonly unexpected: boolean;
}

/** Details in place of the server's own words, which may repeat a piece of the body. */
const fixedDetails: Readonly<Record<string, string>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'The body is larger than this service accepts.',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'This content type is not accepted.',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'The body is empty; JSON was expected.',
  FST_ERR_CTP_INVALID_JSON_BODY: 'The body is not JSON.',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'The body is not as long as its Content-Length says.',
};

/** What a client is told about an error. The internals of an unexpected one stay here. */
export function problemOf(error: unknown): ProblemAnswer {
  if (error instanceof InvalidMessageError) return invalid(error);
  if (error instanceof HttpException) return ofHttpException(error);
  const retryAfterMs = retryAfterOf(error);
  if (retryAfterMs !== undefined) {
    return {
      problem: problem(503, 'The service cannot take this now; nothing is promised.'),
      retryAfterSeconds: seconds(retryAfterMs),
      unexpected: false,
    };
  }
  const status = clientFault(error);
  if (status !== undefined) return { problem: problem(status, fixedDetail(error)), unexpected: false };
  return { problem: problem(500), unexpected: true };
}

function problem(status: number, detail?: string): Problem {
  const title = STATUS_CODES[status] ?? 'Error';
  return { type: 'about:blank', title, status, ...(detail && { detail }) };
}

function invalid({ violations }: InvalidMessageError): ProblemAnswer {
  return {
    problem: { ...problem(400, 'The request does not fit; see violations.'), violations },
    unexpected: false,
  };
}

function ofHttpException(error: HttpException): ProblemAnswer {
  const status = error.getStatus();
  const retryAfterMs = retryAfterOf(error);
  const detail =
    fixedDetail(error.cause) ?? fixedDetail(error) ?? (status < 500 || status === 503 ? detailOf(error) : undefined);
  return {
    problem: problem(status, detail),
    ...(retryAfterMs === undefined ? {} : { retryAfterSeconds: seconds(retryAfterMs) }),
    unexpected: status >= 500 && status !== 503,
  };
}

/** Nest's own pipes put a list of texts into the answer; other exceptions have their text in `message`. */
function detailOf(error: HttpException): string {
  const answer = error.getResponse();
  const { message } = typeof answer === 'string' ? { message: answer } : (answer as { message?: unknown });
  // Nest's own words for an unknown route repeat the address, which may hold anything.
  if (typeof message === 'string' && /^Cannot [A-Z]+ \//.test(message)) return 'This service has no such route.';
  if (Array.isArray(message)) return message.filter((item) => typeof item === 'string').join('; ');
  return typeof message === 'string' ? message : error.message;
}

function fixedDetail(error: unknown): string | undefined {
  if (error instanceof SyntaxError) return fixedDetails['FST_ERR_CTP_INVALID_JSON_BODY'];
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? fixedDetails[code] : undefined;
}

/** Errors that mean "later" carry the time, whatever library they come from. */
function retryAfterOf(error: unknown): number | undefined {
  const wait = (error as { retryAfterMs?: unknown } | null | undefined)?.retryAfterMs;
  return typeof wait === 'number' && wait >= 0 ? wait : undefined;
}

/** The server's own errors about a request: below 500, the request is at fault. */
function clientFault(error: unknown): number | undefined {
  const status = (error as { statusCode?: unknown } | null | undefined)?.statusCode;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}

/** Retry-After knows whole seconds; "now" would be asked again at once. */
function seconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1_000));
}
