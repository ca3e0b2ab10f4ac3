/**
 * What the parts of the library share while it runs: the settings, where the run stands, and where the connection to
 * the broker stands. Numbers and flags only: it must never do anything. Each field says which part writes it.
 */
import { Setup } from './settings';

export const enum Stage {
  /** No run: the target is about to be reset, or being reset. */
  OFF,
  /** Waiting for HELLO. */
  HELLO,
  /** There is no broker yet. */
  STARTING,
  RUNNING,
}

/** The connection to the broker. */
export const enum BrokerState {
  NONE,
  /** CONNECT is out. */
  ASKED,
  /** CONNACK came. */
  UP,
  /** It has to end; the target is still to say that it has. */
  LEAVING,
}

export interface State {
  /** From `_begin` on. Written by the supervisor, but that the inlet takes out of INIT what was answered. */
  _setup: Setup;
  /** Written by the supervisor, and by the inlet when HELLO came. */
  _stage: Stage;
  /** Changes with every run: whoever waited during another one must not act. Written by the supervisor. */
  _run: number;
  /** Wi-Fi is joined. Written by the inlet, as is the next one; the supervisor begins with both. */
  _joined: boolean;
  /** Longest message that both boards take. */
  _max: number;
  /** Written by the connection, as is the next one. */
  _broker: BrokerState;
  /** Seconds since CONNACK, -1 without. */
  _age: number;
  /** Started, and messages flow. */
  _isRunning(): boolean;
}

export function createState(): State {
  const state: State = {
    _setup: undefined as never,
    _stage: Stage.OFF,
    _run: 0,
    _joined: false,
    _max: 0,
    _broker: BrokerState.NONE,
    _age: -1,
    _isRunning: function () {
      return state._stage === Stage.RUNNING && state._broker === BrokerState.UP && state._joined;
    },
  };
  return state;
}
