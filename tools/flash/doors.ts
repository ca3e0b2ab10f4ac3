/**
 * Who else may get into an ESP8266 as it is, found out without changing
 * anything. It must not ask for a password.
 */
import type { RemoteBoard } from './board';
import { SAVED } from './upload';

export interface Doors {
  /** The network that the board offers to everyone around, and whether it is open to them. */
  readonly accessPoint: { readonly ssid: string; readonly open: boolean } | undefined;
  /** A console without password, in every network of the board. */
  readonly telnet: boolean;
}

/** @param board with the modules of an ESP8266's firmware */
export async function findDoors(board: RemoteBoard): Promise<Doors> {
  const [ap, ssid, mode] = (await board.evaluate(
    '(function(w,a){a=w.getAPDetails();return[w.getStatus().ap,a.ssid,a.authMode]})(require("Wifi"))',
  )) as [string, string, string];
  // The firmware does not tell: each start turns it on, and only the saved code can have turned it off.
  const telnet = await board.evaluate(
    `(function(c){try{require("TelnetServer")}catch(e){return false}return!c||c.indexOf("TelnetServer")<0})(require("Storage").read("${SAVED}"))`,
  );
  return {
    accessPoint: ap === 'enabled' ? { ssid, open: mode === 'open' } : undefined,
    telnet: telnet === true,
  };
}

/** Lines for a person; none when nobody gets in. */
export function describeDoors({ accessPoint, telnet }: Doors): string[] {
  const lines: string[] = [];
  if (accessPoint)
    lines.push(
      `is an access point, ${accessPoint.ssid}, ${accessPoint.open ? 'open to everyone around' : 'with a password'}: the bundle closes it`,
    );
  if (telnet)
    lines.push('has a Telnet console without password in each of its networks: the bundle turns it off');
  return lines;
}
