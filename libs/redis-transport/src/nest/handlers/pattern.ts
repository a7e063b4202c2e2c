import { contractOf } from '@switchboard/message-schema';
import { type PatternExtras } from './handler-extras.js';

/** What two handlers cannot share. */
export function patternOf(extras: PatternExtras): Readonly<Record<string, string>> {
  switch (extras.kind) {
    case 'stream':
      return { stream: contractOf(extras.messageClass).stream, group: extras.group };
    case 'work':
      return { queue: extras.queue };
    case 'topic':
      return { topic: extras.pattern };
    case 'request':
      return { request: extras.address };
  }
}

/** The pattern for people: `stream msi:messages, group agent-group`. */
export function describePattern(extras: PatternExtras): string {
  return Object.entries(patternOf(extras))
    .map((pair) => pair.join(' '))
    .join(', ');
}
