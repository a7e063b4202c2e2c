import { type LogEffect, partitionOf } from '@switchboard/delivery';
import { type AuditLine } from '@switchboard/message-bus';
import { Streams } from '@switchboard/message-schema';
import { auditEffect } from '../messages/effects.js';

/** Logical stream of each kind of line. */
export const auditStreams = { messages: Streams.auditMessages, decisions: Streams.auditDecisions } as const;

/** Lines as what happens together with something else. */
export function auditEffects(lines: readonly AuditLine[]): LogEffect[] {
  return lines.map(({ kind, record }) => auditEffect(record, auditStreams[kind]));
}

/** Partition of a line that is written by itself. */
export function partitionOfLine({ record }: AuditLine, partitions: number): number {
  return partitionOf(record.conversationId, partitions);
}
