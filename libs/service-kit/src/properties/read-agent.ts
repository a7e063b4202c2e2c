import { AgentEntry, agentKinds, HttpAgentEntry } from './agent.forms.js';
import { checkEntry } from './check-entry.js';
import { type AgentSettings } from './property.js';
import { type FileReading } from './resolve-source.js';

const DEFAULT_TIMEOUT_MS = 30_000;
const builtin: AgentSettings = { kind: 'builtin' };

/** The agent of a property; the built-in one when the file names none, or after noting what is wrong. */
export function readAgent(value: object | undefined, at: string, { faults, secrets }: FileReading): AgentSettings {
  if (value === undefined) return builtin;
  const { kind } = value as { kind?: unknown };
  if (kind === 'builtin') {
    checkEntry(AgentEntry, value, at, faults);
    return builtin;
  }
  if (kind !== 'http') {
    faults.add(at, `kind must be one of ${agentKinds.join(', ')}`);
    return builtin;
  }
  const entry = checkEntry(HttpAgentEntry, value, at, faults);
  if (!entry) return builtin;
  return {
    kind: 'http',
    url: entry.url,
    timeoutMs: entry.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    ...(entry.token && { token: secrets.resolve(entry.token, `${at}.token`) }),
  };
}
