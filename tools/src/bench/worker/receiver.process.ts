import { contestants } from '../contestants/contestants.js';
import { type LoadPlan } from '../load/load-plan.js';
import { machineNowMs } from '../load/machine-clock.js';
import { percentile } from '../report/percentile.js';
import { startCpuMeter } from './cpu-meter.js';
import { MemoryWatch } from './memory-watch.js';
import { Parent } from './parent.js';
import { Receipts } from './receipts.js';
import { type ReceiverReport } from './reports.js';

/** Process that receives and reports when it has got every message. */
async function main(): Promise<void> {
  const plan = JSON.parse(process.argv[2] as string) as LoadPlan;
  const parent = new Parent();
  const memory = new MemoryWatch();
  let cpuSeconds = startCpuMeter();
  let warmAtMs = machineNowMs();
  const begin = (): void => {
    cpuSeconds = startCpuMeter();
    warmAtMs = machineNowMs();
    memory.restart();
  };
  const receipts = new Receipts(plan, {
    warm() {
      begin();
      parent.say({ kind: 'warm' });
    },
    complete() {
      const lastAtMs = machineNowMs();
      const report = { warmAtMs, lastAtMs, cpuSeconds: cpuSeconds(), ...memory.stop(), ...accountOf(receipts) };
      parent.say({ kind: 'done', report });
    },
  });
  const receiver = await contestants[plan.contestant].openReceiver(plan, handler(plan, receipts));
  parent.say({ kind: 'ready' });
  await parent.hear('go');
  begin();
  await receiver.start();
  await parent.hear('end');
  await receiver.close();
  process.exit(0);
}

function handler({ stallMs }: LoadPlan, receipts: Receipts): (contents: readonly string[]) => void | Promise<void> {
  if (stallMs === 0) return (contents) => receipts.take(contents);
  let stall: Promise<void> | undefined;
  return async (contents) => {
    await (stall ??= new Promise((resolve) => setTimeout(resolve, stallMs)));
    receipts.take(contents);
  };
}

function accountOf(
  receipts: Receipts,
): Pick<ReceiverReport, 'duplicates' | 'disordered' | 'handlerCalls' | 'latencyMs'> {
  const { duplicates, disordered, handlerCalls } = receipts;
  const sorted = receipts.sortedLatencies();
  const account = { duplicates, disordered, handlerCalls };
  if (sorted.length === 0) return account;
  return { ...account, latencyMs: { p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99) } };
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
