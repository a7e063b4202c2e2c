import { setText } from '../dom.js';
import type { LinkState } from './live-feed.js';

/** Shows at the top how the page is connected, and counts down to the next try. */
export class LinkBadge {
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly badge: HTMLElement,
    private readonly label: HTMLElement,
  ) {}

  show(state: LinkState): void {
    clearInterval(this.timer);
    this.badge.dataset['state'] = state.kind;
    if (state.kind === 'live') setText(this.label, 'Live');
    else if (state.kind === 'connecting') setText(this.label, 'Connecting');
    else this.countDown(state.retryAtMs);
  }

  private countDown(retryAtMs: number): void {
    const tell = (): void => {
      const seconds = Math.max(0, Math.ceil((retryAtMs - Date.now()) / 1000));
      setText(this.label, `Offline, next try in ${seconds} s`);
    };
    tell();
    this.timer = setInterval(tell, 1000);
  }
}
