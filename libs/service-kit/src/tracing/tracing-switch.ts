let on = false;

/**
 * Whether this process makes spans. Asked before each one: OpenTelemetry's own no-op takes some microseconds a span,
 * since it looks up and checks its global state again and again.
 */
export function isTracing(): boolean {
  return on;
}

export function switchTracing(to: boolean): void {
  on = to;
}
