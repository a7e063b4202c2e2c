/** How often the state is looked at, ms. */
const LOOK_EVERY_MS = 500;

type Status = 'connected' | 'disconnected';

/** Tells when a check that throws while something is wrong changes its mind. */
export class StatusWatch {
  private timer: NodeJS.Timeout | undefined;
  private last: Status = 'disconnected';

  constructor(
    private readonly check: () => void,
    private readonly tell: (status: Status) => void,
  ) {}

  start(): void {
    this.look();
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS);
    this.timer.unref();
  }

  stop(): void {
    if (!this.timer) return;
    clearInterval(this.timer);
    this.timer = undefined;
    this.become('disconnected');
  }

  private look(): void {
    try {
      this.check();
      this.become('connected');
    } catch {
      this.become('disconnected');
    }
  }

  private become(status: Status): void {
    if (status !== this.last) this.tell(status);
    this.last = status;
  }
}
