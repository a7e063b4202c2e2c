import { contestants } from '../contestants/contestants.js';
import { type LoadPlan } from '../load/load-plan.js';
import { machineNowMs } from '../load/machine-clock.js';
import { sendMeasured, sendWarmUp } from '../load/send-load.js';
import { startCpuMeter } from './cpu-meter.js';
import { Parent } from './parent.js';
import { type SenderReport } from './reports.js';

const warmUpLimits = { window: 500, chunk: 50 };

/** Process that sends: the warm-up at the first `go`, the measured messages at the second. */
async function main(): Promise<void> {
  const plan = JSON.parse(process.argv[2] as string) as LoadPlan;
  const parent = new Parent<SenderReport>();
  const sender = await contestants[plan.contestant].openSender(plan);
  parent.say({ kind: 'ready' });
  await parent.hear('go');
  await sendWarmUp(sender, plan, warmUpLimits);
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
