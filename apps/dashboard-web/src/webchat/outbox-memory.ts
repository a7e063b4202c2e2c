import type { Outgoing, OutboxMemory } from './outbox.js';

/** Keeps waiting messages in this tab; a browser that keeps nothing only loses them on a reload. */
export function tabMemory(key: string): OutboxMemory {
  return {
    load() {
      try {
        const kept = JSON.parse(sessionStorage.getItem(key) ?? '[]') as unknown;
        return Array.isArray(kept) ? (kept as Outgoing[]) : [];
      } catch {
        return [];
      }
    },
    save(waiting) {
      try {
        sessionStorage.setItem(key, JSON.stringify(waiting));
      } catch {
        // Storage is full or forbidden: the messages still wait in memory.
      }
    },
  };
}
