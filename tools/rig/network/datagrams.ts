/** A relay of datagrams, with a socket of its own for each who sends, so that answers come back to him. */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';

/**
 * @param isOn whether anything passes
 * @param sockets gets each that is made, to be closed
 */
export function relayDatagrams(host: string, port: number, isOn: () => boolean, sockets: Socket[]): Socket {
  const socket = createSocket('udp4');
  const onward = new Map<number, Socket>();
  sockets.push(socket);
  socket.on('message', (data, from) => {
    if (!isOn()) return;
    let out = onward.get(from.port);
    if (out === undefined) {
      out = createSocket('udp4');
      sockets.push(out);
      onward.set(from.port, out);
      out.on('message', (answer) => {
        if (isOn()) socket.send(answer, from.port, from.address);
      });
      out.on('error', () => undefined);
    }
    out.send(data, port, host);
  });
  return socket;
}
