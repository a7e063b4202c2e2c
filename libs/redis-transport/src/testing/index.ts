export { fakeItem, FakeItem, type FakeItemOptions } from './fake-item.js';
export { fakeTurn, FakeTurn, type FakeTurnOptions, type TestDraft, testMessage } from './fake-turn.js';
export { openHandlers, type OpenHandlers, type HandlerModule } from './open-handlers.js';
export { startConsumer, type ConsumerTestOptions } from './start-consumer.js';
export { type RunningConsumer } from './running-consumer.js';
export { type TestOutcome } from './test-outcome.js';
