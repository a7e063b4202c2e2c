/** The item belongs to another worker or is finished: this worker was not heard of for too long. Nothing was changed. */
export class ItemTakenAway extends Error {
  readonly code = 'ITEM_TAKEN_AWAY';

  constructor(
    readonly queue: string,
    readonly id: string,
  ) {
    super(`item ${id} of ${queue} was taken away from this worker`);
    this.name = 'ItemTakenAway';
  }
}

/** The queue has reached its backlog limit; the item was not stored. */
export class QueueFull extends Error {
  readonly code = 'QUEUE_FULL';

  constructor(readonly queue: string) {
    super(`${queue} has reached its backlog limit`);
    this.name = 'QueueFull';
  }
}
