/**
 * Settings that the boards take and that lead nowhere, found where they are written: on a board they would only show as
 * silence. Pure.
 */
import { MAX_MESSAGE } from '../../shared/link';

type Fields = Readonly<Record<string, unknown>>;

/** Where brokers speak TLS, and nothing else. */
const TLS_PORT = 8883;

function isAddress(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256);
}

/** What looks like an IPv4 address and is none. */
function checkAddress(field: string, given: string): void {
  const name = given.replace(/:\d*$/, '');
  if (/^[\d.]+$/.test(name) && !isAddress(name))
    throw new Error(
      `${field} is ${JSON.stringify(given)}. Allowed: a host name, or an IPv4 address of four numbers, 0 to 255 each`,
    );
}

function checkPort(field: string, port: number, { tls }: Fields): void {
  if (port === TLS_PORT && tls !== true)
    throw new Error(
      `${field} is ${String(TLS_PORT)}, where brokers speak TLS only: set "tls" to true where the ESP8266's firmware ` +
        'has it (the official one does not), or name the port without TLS, mostly 1883',
    );
}

/** @param fields of `net.jsonc`, which the boards would take @throws Error that begins with the field */
export function checkDoubts(fields: Fields): void {
  const brokers = [fields['broker']].flat().filter((broker) => typeof broker === 'string');
  for (const broker of brokers) {
    checkAddress('broker', broker);
    const [, port] = /:(\d+)$/.exec(broker) ?? [];
    if (port !== undefined) checkPort('broker', Number(port), fields);
  }
  if (typeof fields['ntpServer'] === 'string') checkAddress('ntpServer', fields['ntpServer']);
  checkPort('port', Number(fields['port']), fields);
  if (Number(fields['maxMessage']) > MAX_MESSAGE)
    throw new Error(
      `maxMessage is ${String(fields['maxMessage'])}. Allowed: a whole number, 128 to ${String(MAX_MESSAGE)}, which is what the target takes`,
    );
}
