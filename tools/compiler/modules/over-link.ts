/**
 * The modules of this project by which programs written for boards with Wi-Fi
 * run over the link, and what such programs cannot have. It must never change
 * what the sources in `host/compat/` say.
 */

/** Readers of the sources, by the name that programs require. */
export const OVER_LINK: Readonly<Partial<Record<string, () => { path: string; code: string }>>> = {};

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
