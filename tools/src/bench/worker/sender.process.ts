import { contestants } from '../contestants/contestants.js';
import { type Sender } from '../contestants/contestant.js';
import { flood } from '../load/flood.js';
import { type LoadPlan, totalOf } from '../load/load-plan.js';
import { machineNowMs } from '../load/machine-clock.js';
import { sendOnSchedule } from '../load/open-loop.js';
import { startCpuMeter } from './cpu-meter.js';
import { percentile } from '../report/percentile.js';
import { Parent } from './parent.js';
import { type SenderReport } from './reports.js';

const warmUpLimits = { window: 500, chunk: 50 };

async function sendMeasured(sender: Sender, plan: LoadPlan): Promise<Pick<SenderReport, 'latencyMs'>> {
  if (plan.send.kind === 'flood') {
    await flood(sender, plan, { from: plan.warmUp, to: totalOf(plan) }, plan.send);
    return {};
  }
  const sorted = (await sendOnSchedule(sender, plan)).sort();
  return { latencyMs: { p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99) } };
}

/** Process that sends: the warm-up at the first `go`, the measured messages at the second. */
async function main(): Promise<void> {
  const plan = JSON.parse(process.argv[2] as string) as LoadPlan;
  const parent = new Parent();
  const sender = await contestants[plan.contestant].openSender(plan);
  parent.say({ kind: 'ready' });
  await parent.hear('go');
  await flood(sender, plan, { from: 0, to: plan.warmUp }, plan.send.kind === 'flood' ? plan.send : warmUpLimits);
  parent.say({ kind: 'warm' });
  await parent.hear('go');
  const cpuSeconds = startCpuMeter();
  const startedAtMs = machineNowMs();
  const latency = await sendMeasured(sender, plan);
  parent.say({ kind: 'done', report: { startedAtMs, cpuSeconds: cpuSeconds(), ...latency } });
  await parent.hear('end');
  await sender.close();
  process.exit(0);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
