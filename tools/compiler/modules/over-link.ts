/**
 * The modules of this project by which programs written for boards with Wi-Fi
 * run over the link, and what such programs cannot have. It must never change
 * what the sources in `host/compat/` say.
 */
import { readFileSync } from 'node:fs';
import { minify_sync } from 'terser';
import { inPackage } from '../../package';

/** What they are called. */
export const OVER_LINK_NAMES = ['Wifi', 'MQTT', 'tinyMQTT', 'EspruinoWiFi', 'ESP8266WiFi_0v25'];

export interface OverLink {
  readonly path: string;
  readonly code: string;
}

let sources: ReadonlyMap<string, OverLink> | undefined;

/**
 * The sources as a board gets them: without what a board would skip at each call, and otherwise as they stand, since
 * Espruino knows a function only once its declaration has run.
 */
function read(): ReadonlyMap<string, OverLink> {
  return new Map(
    OVER_LINK_NAMES.map((name) => {
      const path = inPackage('host', 'compat', `${name}.js`);
      const { code } = minify_sync(readFileSync(path, 'utf8'), {
        compress: false,
        mangle: { toplevel: true },
        format: { ascii_only: true, braces: true },
      });
      return [name, { path, code: code ?? '' }];
    }),
  );
}

/** @returns the module of this project that answers to a name */
export function findOverLink(name: string): OverLink | undefined {
  return (sources ??= read()).get(name);
}

const INSTEAD =
  'the link carries MQTT and no sockets. Publish and subscribe by require("MQTT"), and let a program on a PC do the rest';

const REFUSED: Readonly<Partial<Record<string, string>>> = {
  net: INSTEAD,
  http: INSTEAD,
  tls: `${INSTEAD}; for a broker with TLS say "tls": true in the settings`,
  dgram: INSTEAD,
  ws: INSTEAD,
};

/** @returns why an application over the link cannot have a module, one line */
export function refusalOverLink(name: string): string | undefined {
  const why = REFUSED[name];
  return why && `require("${name}"): ${why}`;
}
