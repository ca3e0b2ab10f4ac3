/** What a broker hears of a client: a relay in front of it, which keeps the client's packets and changes none. */
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import mqttPacket from 'mqtt-packet';
import type { Packet } from 'mqtt-packet';

export interface Ear {
  readonly port: number;
  /** All packets of clients, in their order. */
  readonly packets: readonly Packet[];
  /** Whether clients may connect; those that are connected are cut off. */
  setOpen(open: boolean): void;
  close(): Promise<void>;
}

export async function listenTo(port: number): Promise<Ear> {
  const packets: Packet[] = [];
  const sockets = new Set<Socket>();
  let isOpen = true;
  const server = createServer((client) => {
    if (!isOpen) return void client.destroy();
    const broker = connect(port, '127.0.0.1');
    const parser = mqttPacket.parser();
    parser.on('packet', (packet: Packet) => packets.push(packet));
    for (const [one, other] of [
      [client, broker],
      [broker, client],
    ] as const) {
      sockets.add(one);
      one.on('error', () => undefined);
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
      one.on('data', (data) => {
        if (one === client) parser.parse(data);
        other.write(data);
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    packets,
    setOpen(open) {
      isOpen = open;
      if (!open) for (const socket of sockets) socket.destroy();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
