import { type ReceiverReport, type SenderReport, type WorkerHears, type WorkerSays } from './reports.js';

/** The process that started this worker, as the worker sees it. A worker ends when its parent is gone. */
export class Parent<R = SenderReport | ReceiverReport> {
  private readonly heard: WorkerHears[] = [];
  private waiting: (() => void) | undefined;

  constructor() {
    process.on('disconnect', () => process.exit(1));
    process.on('message', (word: WorkerHears) => {
      this.heard.push(word);
      this.waiting?.();
    });
  }

  say(words: WorkerSays<R>): void {
    process.send?.(words);
  }

  /** Resolves when the parent says the next word, which must be this one. */
  async hear(expected: WorkerHears): Promise<void> {
    while (this.heard.length === 0) await new Promise<void>((resolve) => (this.waiting = resolve));
    const word = this.heard.shift();
    if (word !== expected) throw new Error(`The parent said ${word} instead of ${expected}`);
  }
}
