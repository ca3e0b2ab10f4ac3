/**
 * The shipped target, told what no honest host says, over wires: whatever it
 * makes of that, it must be there again soon, and to an honest host's words it
 * must never do anything but what they ask for.
 */
import { parser as createParser } from 'mqtt-packet';
import { Type, typeOf } from '../../../shared/messages';
import { createChance } from '../context';
import { createShipped } from '../shipped';
import { createWorld } from '../wires';
import { CONNECT, INIT, OF_HOST } from './messages';
import { mutate } from './mutate';

/** Longest message of the link. */
const MAX = 1024;

/** Seconds within which the target is there again, boot included. */
const BACK = 15;

/** Seconds from a restart to the bundle's start. */
const BOOT = 0.3;

export function fuzzShipped(seed: number, cases: number): void {
  const chance = createChance(seed);
  const world = createWorld(seed, {}, 'read');
  const { host, target } = world;
  // To be thrown outside of the code that is fuzzed, which may catch it.
  let wrong: string | undefined;
  // Since the target began.
  let isHonest = true;
  let life = 0;

  function createNet(): unknown {
    return {
      connect(_where: unknown, opened: () => void) {
        const stream = createParser({ protocolVersion: 4 });
        stream.on('error', (error: Error) => {
          if (isHonest) wrong ??= `the target sent what is not MQTT: ${error.message}`;
        });
        const listeners: Record<string, (this: unknown, data?: string) => void> = {};
        const socket = {
          write: (data: string) => !!stream.parse(Buffer.from(data, 'latin1')),
          end: () => target.later(1000, () => listeners['close']?.call(socket)),
          on: (event: string, listener: (this: unknown, data?: string) => void) =>
            (listeners[event] = listener),
        };
        target.later(1000, () => opened.call(socket));
        target.later(5000, () => listeners['data']?.call(socket, '\x20\x02\0\0'));
        return socket;
      },
    };
  }

  const wifi = {
    setConfig: () => {},
    getStatus: () => ({ ap: 'disabled', savedMode: 'sta' }),
    stopAP: () => {},
    connect: (_ssid: string, _options: unknown, done: (error: null) => void) =>
      target.later(1000, () => done(null)),
    disconnect: () => {},
    save: () => {},
    getDetails: () => ({ status: 'connected', ssid: 's', password: 'p' }),
    getIP: () => ({ ip: '192.0.2.7' }),
    getHostByName: (_name: string, done: (address: null) => void) => target.later(1000, () => done(null)),
    on: () => {},
  };

  function begin(): void {
    const mine = ++life;
    target.off();
    world.at(world.now() + BOOT * 1e6, () => {
      if (mine !== life) return;
      isHonest = true;
      const shipped = createShipped({
        modules: {
          Wifi: wifi,
          net: createNet(),
          dgram: { createSocket: () => ({ bind() {}, send() {}, on() {}, close() {} }) },
          TelnetServer: { setOptions: () => {} },
        },
        serial: 'fuzzed',
        random: chance.next,
        time: target.time,
        memory: () => ({ usage: 900, free: 700, total: 1600 }),
        longest: () => Infinity,
        rtc: [],
        cancel: target.cancel,
        strike: () => {},
        loses: () => false,
        reboot: begin,
        leaves: () => {},
      });
      target.program = shipped.program;
      target.onThrow = (thrown) => {
        const words = thrown instanceof Error ? thrown.stack : String(thrown);
        if (isHonest && words !== 'Error: reboot') wrong ??= `an honest host's word is thrown over: ${words}`;
        shipped.thrown(thrown);
      };
      target.boot();
    });
  }

  function say(message: string): void {
    // The board's program speaks between two turns.
    host.later(0, () => host.link.isUp() && host.link.send(message));
    world.run(1, () => host.link.queued() > 0);
    world.run(chance.is(0.05) ? chance.spread(0.01, 20) : 60, () => host.link.queued() <= 0);
  }

  host.boot();
  begin();
  for (let i = 0, greeted = 0; i < cases; i++) {
    if (chance.is(0.1)) begin();
    if (!world.run(BACK, () => host.link.isUp())) throw new Error(`the target is not there within ${BACK} s`);
    // Half of the time it gets no further than what it makes of nonsense.
    if (greeted !== life && chance.is(0.5)) [INIT, CONNECT].forEach(say);
    greeted = life;
    const message = mutate(chance, OF_HOST).slice(0, MAX);
    if (!message) continue;
    // A packet passes as it is, and the link lets none through that was damaged: what an honest host says is whole.
    if (typeOf(message) === Type.CONNECT || typeOf(message) >= Type.PACKET)
      isHonest &&= OF_HOST.includes(message);
    say(message);
    if (wrong !== undefined) throw new Error(wrong);
  }
}
