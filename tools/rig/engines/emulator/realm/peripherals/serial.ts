/**
 * Serial ports, built in and in software (Espruino src/jswrap_serial.c). Bytes come in as the tool sends them, in one piece
 * each time; a bit rate has no effect. Ports of the console are ports like any other here.
 */
import { byteString } from '../bytes';
import { emit, listenersOf } from '../events';
import type { Bench } from './bench';
import { makeClass, pinsOf } from './bench';

interface Port {
  name: string;
  /** What nobody has read. */
  kept: string;
  ready: boolean;
  /** Where what is written comes out, on this board. */
  other?: object;
}

const KEY = '#port';

interface Holder {
  [KEY]?: Port;
}

export interface SerialPorts {
  readonly globals: Record<string, unknown>;
  /** Bytes came from outside, on a port by its name, or on a port in software by its `rx`. */
  receive(name: string, bytes: string): void;
  /** A listener for `data` was added to an object, which may be a port. */
  onDataListener(object: object): void;
}

export function createSerial(bench: Bench): SerialPorts {
  const { loop } = bench;
  const ports: Record<string, object> = {};

  function portOf(object: object): Port {
    const holder = object as Holder;
    if (holder[KEY] === undefined) {
      const port: Port = { name: 'Serial', kept: '', ready: false };
      Object.defineProperty(holder, KEY, { value: port, enumerable: false });
    }
    return holder[KEY] as Port;
  }

  function arrive(object: object, bytes: string): void {
    if (listenersOf(object, 'data').length) emit(loop, object, 'data', [bytes]);
    else portOf(object).kept += bytes;
  }

  function send(self: object, bytes: string): void {
    const port = portOf(self);
    if (port.other !== undefined) return arrive(port.other, bytes);
    if (bytes !== '') bench.tell({ kind: 'serial', port: port.name, bytes });
  }

  const Serial = makeClass(
    'Serial',
    function (this: object) {
      portOf(this);
    },
    {
      setup(this: object, rate: unknown, options?: unknown) {
        const baud = rate === undefined ? 9600 : Number(rate) | 0;
        // src/jsserial.c, `jsserialPopulateUSARTInfo`
        if (baud <= 0) throw new Error(`Invalid baud rate ${String(rate)}`);
        const port = portOf(this);
        const found = pinsOf(bench, options, ['rx', 'tx', 'ck', 'cts'], 'makes it a serial port');
        port.ready = true;
        if (found.rx !== undefined) {
          if (port.name === 'Serial') port.name = bench.pins.nameOf(found.rx);
          ports[bench.pins.nameOf(found.rx)] = this;
        } else if (port.name === 'Serial' && found.tx !== undefined) port.name = bench.pins.nameOf(found.tx);
        ports[port.name] = this;
      },
      unsetup(this: object) {
        portOf(this).ready = false;
      },
      print(this: object, text: unknown) {
        send(this, byteString(String(text).replace(/\n/g, '\r\n')));
      },
      println(this: object, text?: unknown) {
        send(this, byteString(String(text)) + '\r\n');
      },
      write(this: object, ...data: unknown[]) {
        send(this, byteString(...data));
      },
      inject(this: object, ...data: unknown[]) {
        arrive(this, byteString(...data));
      },
      available(this: object) {
        return portOf(this).kept.length;
      },
      read(this: object, count?: unknown) {
        const port = portOf(this);
        const length = Number(count) > 0 ? Number(count) | 0 : port.kept.length;
        const bytes = port.kept.slice(0, length);
        port.kept = port.kept.slice(length);
        return bytes;
      },
      pipe(this: object, destination: { write(data: string): unknown }) {
        (this as { on(event: string, listener: (data: string) => void): void }).on('data', (data) => {
          destination.write(data);
        });
      },
      flush: () => undefined,
      setConsole: () => undefined,
      isConnected(this: object) {
        return portOf(this).ready;
      },
    },
  );

  const globals: Record<string, unknown> = { Serial };
  function add(name: string): object {
    const object = Object.create(Serial.prototype) as object;
    portOf(object).name = name;
    ports[name] = globals[name] = object;
    return object;
  }
  for (let i = 1; i <= bench.facts.serial; i++) add(`Serial${String(i)}`);
  for (const name of ['USB', 'Bluetooth', 'Terminal']) if (name in bench.facts.objects) add(name);
  const [a, b] = [add('LoopbackA'), add('LoopbackB')];
  portOf(a).other = b;
  portOf(b).other = a;

  return {
    globals,
    receive(name, bytes) {
      const object = ports[name];
      if (object !== undefined) arrive(object, bytes);
    },
    onDataListener(object) {
      const port = (object as Holder)[KEY];
      if (port === undefined || port.kept === '') return;
      const { kept } = port;
      port.kept = '';
      emit(loop, object, 'data', [kept]);
    },
  };
}
