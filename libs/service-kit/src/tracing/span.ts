import { type Context, type Span, type SpanOptions, SpanStatusCode, trace } from '@opentelemetry/api';

/** Name of the instrumentation in every span. */
const SCOPE = 'switchboard';

/** Begins a span that its caller ends. */
export function beginSpan(name: string, options: SpanOptions, parent: Context): Span {
  return trace.getTracer(SCOPE).startSpan(name, options, parent);
}

/** Runs work within a span, which ends with it. */
export function inSpan<T>(
  name: string,
  options: SpanOptions,
  parent: Context,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  return trace.getTracer(SCOPE).startActiveSpan(name, options, parent, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      markFailed(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}

/** An error's kind alone: its words may speak of a message. */
function markFailed(span: Span, error: unknown): void {
  const { code, name } = error as { code?: unknown; name?: unknown };
  span.setAttribute('error.type', String(code ?? name ?? 'Error'));
  span.setStatus({ code: SpanStatusCode.ERROR });
}
