const EVERY_MS = 20;
const MB = 1 << 20;

/** Samples this process's resident memory. */
export class MemoryWatch {
  private samples: number[] = [];
  private readonly timer = setInterval(() => this.samples.push(process.memoryUsage.rss()), EVERY_MS);

  /** Forgets what was sampled; the kernel's peak stays. */
  restart(): void {
    this.samples = [];
  }

  /** Ends the sampling. */
  stop(): { peakRssMb: number; rssGrowth: number } {
    clearInterval(this.timer);
    const half = Math.ceil(this.samples.length / 2);
    const early = Math.max(1, ...this.samples.slice(0, half));
    const late = Math.max(1, ...this.samples.slice(half));
    return { peakRssMb: (process.resourceUsage().maxRSS * 1_024) / MB, rssGrowth: late / early };
  }
}
