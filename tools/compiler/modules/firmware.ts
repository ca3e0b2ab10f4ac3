/**
 * Which modules are part of a board's firmware, where `require` finds them before
 * any other. It must name no module that a build of that board lacks.
 */

/** In every build that can be a host (Espruino Makefile; `ifndef SAVE_ON_FLASH` is true of these). */
const COMMON = ['Flash', 'Storage', 'heatshrink', 'timer'];
const NET = ['net', 'dgram', 'http', 'NetworkJS'];

/** By `process.env.BOARD`: what its `boards/*.py` adds under "libraries" and as JSMODULESOURCES. */
const BY_BOARD: Readonly<Partial<Record<string, readonly string[]>>> = {
  PICO_R1_3: [...NET, 'tls', 'fs', 'crypto', 'neopixel'],
  ESPRUINOBOARD: ['fs', 'crypto', 'neopixel'],
  ESPRUINOWIFI: [...NET, 'tls', 'fs', 'crypto', 'neopixel', 'tv', 'AT', 'Wifi'],
  PIXLJS: [...NET, 'fs', 'crypto', 'neopixel', 'graphical_menu'],
  MDBT42Q: [...NET, 'fs', 'crypto', 'neopixel'],
  PUCKJS: ['crypto', 'neopixel'],
  MICROBIT2: ['neopixel', 'tensorflow'],
  STM32F4DISCOVERY: [...NET, 'fs', 'neopixel'],
  ESP32: [...NET, 'tls', 'fs', 'crypto', 'neopixel', 'TelnetServer', 'Wifi', 'ESP32'],
  LINUX: [...NET, 'tls', 'fs', 'crypto', 'TelnetServer', 'tensorflow'],
};

const ANY = new Set(Object.values(BY_BOARD).flatMap((names) => names ?? []));

/** @param board absent or unknown: whether any board has it */
export function hasInFirmware(name: string, board: string | undefined): boolean {
  if (COMMON.includes(name)) return true;
  const own = board === undefined ? undefined : BY_BOARD[board];
  return own ? own.includes(name) : ANY.has(name);
}
