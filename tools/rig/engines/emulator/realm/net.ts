/** All that a board has of sockets: `require("net")` and `require("dgram")`, which share ten of them with the console's port. */
import type { Natives } from '../natives';
import { createDatagrams } from './datagrams';
import type { ErrorFlags } from './errors';
import type { Loop } from './loop';
import { SocketPool } from './socket-pool';
import type { WifiState } from './socket-pool';
import { createTcp } from './tcp';

export interface Net {
  readonly modules: Record<string, object>;
  /** For the console's port: takes one of the sockets, `false` when there is none left. */
  take(owner: object): boolean;
  free(owner: object): void;
  /** Hands a stream's kept data to a listener just added. */
  onDataListener(object: object): void;
}

/** @param wifi undefined on a board without. */
export function createNet(
  natives: Pick<Natives, 'tcp' | 'udp' | 'lookup' | 'crash'>,
  loop: Loop,
  wifi: WifiState | undefined,
  errors: ErrorFlags,
): Net {
  const pool = new SocketPool();
  const tcp = createTcp(natives, loop, wifi, errors, pool);
  return {
    modules: { net: tcp.module, dgram: createDatagrams(natives, loop, wifi, pool) },
    take: (owner) => pool.take(owner),
    free: (owner) => pool.free(owner),
    onDataListener: (object) => tcp.onDataListener(object),
  };
}
