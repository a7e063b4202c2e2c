import { totalOf } from '../load/load-plan.js';
import { machineNowMs } from '../load/machine-clock.js';
import { sendMeasured, sendWarmUp } from '../load/send-load.js';
import { type RequestPlan, type RequestReport } from '../web/request-plan.js';
import { WebhookSender } from '../web/webhook-sender.js';
import { Webhooks } from '../web/webhooks.js';
import { Parent } from './parent.js';

/** At an even load the warm-up comes on so many connections. */
const warmUpLimits = { window: 64, chunk: 1 };

function answersOf({ statuses }: WebhookSender, { warmUp, ...plan }: RequestPlan): RequestReport['answers'] {
  const answers: Record<string, number> = {};
  for (let n = warmUp; n < warmUp + plan.messages; n++) {
    const answer = String(statuses.get(n) ?? 'none');
    answers[answer] = (answers[answer] ?? 0) + 1;
  }
  return answers;
}

/** Process that sends webhooks: the warm-up at the first `go`, the measured ones at the second. */
async function main(): Promise<void> {
  const plan = JSON.parse(process.argv[2] as string) as RequestPlan;
  const parent = new Parent<RequestReport>();
  const webhooks = new Webhooks(plan.conversations);
  const sender = new WebhookSender(
    plan.port,
    Array.from({ length: totalOf(plan) }, (_, n) => webhooks.request(n)),
  );
  parent.say({ kind: 'ready' });
  await parent.hear('go');
  await sendWarmUp(sender, plan, warmUpLimits);
  parent.say({ kind: 'warm' });
  await parent.hear('go');
  const startedAtMs = machineNowMs();
  const latency = await sendMeasured(sender, plan);
  const endedAtMs = machineNowMs();
  const accepted = [...sender.statuses].filter(([, status]) => status >= 200 && status < 300).map(([n]) => n);
  const report = { startedAtMs, endedAtMs, answers: answersOf(sender, plan), accepted, ...latency };
  parent.say({ kind: 'done', report });
  await parent.hear('end');
  await sender.close();
  process.exit(0);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
