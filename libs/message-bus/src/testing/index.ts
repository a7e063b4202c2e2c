export { acknowledge, BusScene, next, wordOf, type BusHarness, type OpenedBus } from './bus-scene.js';
export { describeMessageBusContract } from './contract.js';
export { until } from './until.js';
