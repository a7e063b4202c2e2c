/** Requests that name the same conversation go one after the other, in the order of their coming. */
export class ConversationTurns {
  private readonly last = new Map<string, Promise<void>>();

  /**
   * Queues for all of the conversations in the same moment, so that two requests never wait for each other. Resolves, when
   * it is one's turn in all of them, with the function that ends the turn.
   */
  take(conversations: ReadonlySet<string>): {
    readonly before: Promise<unknown> | undefined;
    readonly end: () => void;
  } {
    let end: () => void = () => undefined;
    const turn = new Promise<void>((resolve) => (end = resolve));
    const before: Promise<void>[] = [];
    for (const conversation of conversations) {
      const ahead = this.last.get(conversation);
      if (ahead) before.push(ahead);
      this.last.set(conversation, turn);
    }
    return {
      before: before.length > 0 ? Promise.all(before) : undefined,
      end: () => {
        for (const conversation of conversations) {
          if (this.last.get(conversation) === turn) this.last.delete(conversation);
        }
        end();
      },
    };
  }
}
