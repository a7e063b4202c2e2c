import { createLogger } from '@switchboard/service-kit';
import { observeService } from './index.js';

it('calls of handlers outside streams are counted by channel and outcome, and measured', async () => {
  const log = createLogger({ service: 'test', level: 'silent', pretty: false });
  const { registry, handlers } = observeService('test', log);
  const call = { kind: 'work', channel: 'task_queue.desk', durationMs: 20 } as const;
  handlers.handled({ ...call, outcome: 'done' });
  handlers.handled({ ...call, outcome: 'dead' });
  handlers.handled({ ...call, outcome: 'dead' });
  handlers.handled({ kind: 'topic', channel: 'events:*', durationMs: 1, outcome: 'failed' });
  const text = await registry.text();
  for (const sample of [
    'handler_calls_total{kind="work",channel="task_queue.desk",outcome="done",service="test"} 1',
    'handler_calls_total{kind="work",channel="task_queue.desk",outcome="dead",service="test"} 2',
    'handler_calls_total{kind="topic",channel="events:*",outcome="failed",service="test"} 1',
    'handler_duration_seconds_count{service="test",kind="work",channel="task_queue.desk"} 3',
    'handler_duration_seconds_sum{service="test",kind="work",channel="task_queue.desk"} 0.06',
  ]) {
    expect(text).toContain(sample);
  }
});
