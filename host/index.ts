/**
 * The library as applications get it: `MQTTLink` on this board's own pins,
 * timers and clock. It must never hold code of its own beyond that.
 */
import { createBoard } from './board';
import { MQTTLinkClass, createMQTTLink } from './mqttlink';

export { Status } from '../shared/status';
export { defaultStatusHandler } from './mqttlink';
export type { LinkCounts } from './counts';
export type { MemoryCallback } from './sender';
export type { ExitGate } from './exit-gate';
export type { Message, MQTTLinkOptions, StatusHandler } from './mqttlink';
export type { DoneCallback } from './outbox';
export type { LinkPins, NetworkSettings } from './settings';
export type { MessageCallback } from './subscriptions';

const board = createBoard();

export const MQTTLink: MQTTLinkClass = createMQTTLink(board);
export type MQTTLink = import('./mqttlink').MQTTLink;
