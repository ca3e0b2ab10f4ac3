/**
 * A port of a board, opened by the Espruino CLI's own code, so that every
 * port it takes will do: serial, Bluetooth, `tcp://host:port`. Runs in a
 * process of its own, since that code fills the globals, writes to the console
 * and serves one port a process. It must outlive neither its port nor its parent.
 */
import { createRequire } from 'node:module';

/** @typedef {{ path: string, description?: string }} Found */
/**
 * @typedef {{ open: string, baud: number } | { write: string } | { slow: boolean } | { lines: string } | { list: true }} Order
 */
/**
 * @typedef {{ opened: true } | { failed: string } | { data: string } | { closed: true } | { lines: string } | { ports: Found[] }} News
 */

/** For how long Bluetooth devices are listened for, one by one they turn up. ms */
const LISTEN = 4000;

/** Between two looks, ms. */
const LOOK_EVERY = 500;

/** A Bluetooth address, or a name, which has no slash. */
const BLUETOOTH = /^(?!COM\d+$)[^/]+$/i;

/** @param {News} news */
function tell(news) {
  process.send?.(news);
}

/** The CLI's last complaint, or what the other end said before it closed. */
let said = '';

// What the CLI prints is for a person who runs it.
console.log = console.warn = console.info = () => undefined;
console.error = (/** @type {unknown[]} */ ...words) => {
  said = words.join(' ');
  // A network port that fails after all is nobody's business in the CLI's code.
  if (said.startsWith('RECEIVE ERROR')) fail();
};
process.on('disconnect', () => process.exit());
// Ctrl-C on a terminal reaches this process too. The parent may still have something to put right on the board.
process.on('SIGINT', () => undefined);

/** @param {string} [reason] */
function fail(reason) {
  tell({ failed: reason || said || 'the other end has closed it' });
  // The parent has heard it by then.
  setTimeout(() => process.exit(1), 100);
}

createRequire(import.meta.url)('espruino-cli').init(() => {
  // The CLI's code has no modules: it lives in a global.
  const { Config, Core } = /** @type {any} */ (globalThis).Espruino;
  // Asks nobody: neither the board what it is, nor the Internet what boards there are.
  Config.ENV_ON_CONNECT = false;
  // Every write is answered before the next, so none has to wait in addition.
  Config.STORAGE_UPLOAD_METHOD = 1;
  Core.Serial.startListening((/** @type {ArrayBuffer} */ data) => {
    said = Buffer.from(data).toString('latin1');
    tell({ data: said });
  });

  /** @param {boolean} bluetooth */
  function setBluetooth(bluetooth) {
    Config.BLUETOOTH_LOW_ENERGY = Config.BLUETOOTH_LOW_ENERGY_DBUS = bluetooth;
  }

  /** @param {string} port @param {number} baud */
  function open(port, baud) {
    const network = port.startsWith('tcp://');
    setBluetooth(!network && BLUETOOTH.test(port));
    // Before the handler of the CLI, which ends the process.
    process.setUncaughtExceptionCaptureCallback((error) => fail(error.message));
    Config.BAUD_RATE = baud;
    Config.SERIAL_TCPIP = network ? [port] : [];
    if (/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(port)) Core.Utils.addRecognisedDeviceAddress(port);
    else Core.Utils.addRecognisedDeviceName(port);
    Core.Serial.open(
      port,
      (/** @type {unknown} */ info) => (info === undefined ? fail() : tell({ opened: true })),
      () => tell({ closed: true }),
    );
  }

  // Where there is no Bluetooth the CLI may wait for it for ever, and tell nothing of the other ports.
  function list() {
    /** @type {Map<string, Found>} */
    const all = new Map();
    process.setUncaughtExceptionCaptureCallback(() => undefined);
    /** @param {Found[]} ports */
    const found = (ports) => {
      for (const { path, description } of ports) all.set(path, { path, ...(description && { description }) });
    };
    setBluetooth(false);
    Core.Serial.getPorts((/** @type {Found[]} */ ports) => {
      found(ports);
      setBluetooth(true);
      const looking = setInterval(() => Core.Serial.getPorts(found), LOOK_EVERY);
      setTimeout(() => {
        clearInterval(looking);
        tell({ ports: [...all.values()] });
      }, LISTEN);
    });
  }

  process.on('message', (/** @type {Order} */ order) => {
    if ('open' in order) open(order.open, order.baud);
    else if ('write' in order) Core.Serial.write(order.write, false);
    else if ('slow' in order) Core.Serial.setSlowWrite(order.slow, true);
    else if ('lines' in order) tell({ lines: Core.CodeWriter.reformatCode(order.lines) ?? '' });
    else list();
  });
});
