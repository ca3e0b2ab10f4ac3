/**
 * The library as applications get it: `MQTTLink` on this board's own pins,
 * timers and clock. It must never hold code of its own beyond that.
 */
import { createBoard } from './board';
import { MQTTLinkClass, createMQTTLink } from './mqttlink';

export { Status, defaultStatusHandler } from './mqttlink';
export type {
  DoneCallback,
  ExitGate,
  LinkCounts,
  LinkPins,
  MemoryCallback,
  Message,
  MessageCallback,
  MQTTLinkOptions,
  NetworkSettings,
  StatusHandler,
} from './mqttlink';

const board = createBoard();

export const MQTTLink: MQTTLinkClass = createMQTTLink(board);
export type MQTTLink = import('./mqttlink').MQTTLink;
