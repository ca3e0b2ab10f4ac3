/**
 * What an owner gets wrong outside of his application, and what he then reads: on emulated boards, with their own bundles,
 * each mistake is a line that names what is wrong, where, and what to do.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { describe, test } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';
import { startWorld } from '../rig/world';
import type { World, WorldOptions } from '../rig/world';

/** For a line, on a PC that has much else to do. ms */
const WITHIN = 60_000;

/** @returns lines of the host until one matches the last pattern; all must match, in their order */
async function reads(
  options: Pick<WorldOptions, 'net' | 'savedNetwork'>,
  patterns: readonly RegExp[],
  begin: (world: World) => void = () => undefined,
): Promise<void> {
  const lines: string[] = [];
  const world = await startWorld({
    engine: 'emulator',
    app: 'echo',
    ...options,
    onLine: (board, line) => void (board === 'host' && lines.push(line)),
  });
  begin(world);
  try {
    let from = 0;
    for (const pattern of patterns) {
      const find = (): number => lines.findIndex((line, i) => i >= from && pattern.test(line));
      for (const end = Date.now() + WITHIN; find() < 0 && Date.now() < end;) await sleep(50);
      assert.ok(find() >= 0, `no ${String(pattern)} in\n${lines.join('\n')}`);
      from = find() + 1;
    }
  } finally {
    await world.stop();
  }
}

/** Listens on a free port of the loopback. */
async function withServer(server: Server, use: (port: number) => Promise<void>): Promise<void> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await use((server.address() as AddressInfo).port);
  } finally {
    server.close();
  }
}

/** A port at which nobody listens. */
async function deadPort(): Promise<number> {
  let found = 0;
  await withServer(createTcpServer(), (port) => Promise.resolve(void (found = port)));
  return found;
}

describe('what an owner reads of his mistakes', { concurrency: true }, () => {
  test('a broker that is not there is named, with the reason', async () => {
    const port = await deadPort();
    await reads({ net: { port } }, [
      new RegExp(`no connection to the broker: 127\\.0\\.0\\.1:${String(port)}: \\w.*`),
    ]);
  });

  test('a port for TLS that is taken without TLS is called that', async () => {
    const server = createTlsServer();
    // Its own complaints about what was said to it.
    server.on('tlsClientError', () => undefined);
    await withServer(server, (port) =>
      reads({ net: { port } }, [
        new RegExp(`no connection to the broker: 127\\.0\\.0\\.1:${String(port)}: .*is it for TLS\\?$`),
      ]),
    );
  });

  test('data wires that are swapped lead to the self-test', () =>
    reads(
      { net: { timeout: 3 } },
      [/the target does not answer and is reset: .*look at all five wires \(npm run selftest -- link\)$/],
      ({ pair }) => pair.swapWires(['stx', 'srx']),
    ));

  test('another network in the settings than the saved one is tried first, and each line names its network', () =>
    reads({ savedNetwork: true, net: { ssid: 'cellar', password: 'mouse' } }, [
      /the network in the settings may be tried: cellar$/,
      /the network could not be joined: cellar: no_ap_found$/,
      /joining the saved network: emulated$/,
      /running$/,
    ]));

  test('another password for the saved network is tried first too', () =>
    reads({ savedNetwork: true, net: { password: 'wrong' } }, [
      /the network in the settings may be tried: emulated$/,
      /the network could not be joined: emulated: .*bad_password$/,
      /joining the saved network: emulated$/,
      /running$/,
    ]));
});
