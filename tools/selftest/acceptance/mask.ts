/**
 * Takes out of text what a report must not hold: names and passwords of the
 * settings, addresses, ports of this PC. What is taken out shows as its kind in
 * angle brackets. Pure.
 */

/** Shorter ones are taken out only where they stand as words of their own. */
const SHORT = 4;

const ADDRESSES: readonly [RegExp, string][] = [
  // The access point of a fresh ESP8266 has half of its hardware address in its name.
  [/\bESP_[0-9A-F]{6}\b/gi, '<access point>'],
  [/\b\d{1,3}(\.\d{1,3}){3}\b/g, '<address>'],
  [/\b[0-9a-f]{2}(:[0-9a-f]{2}){5}\b/gi, '<address>'],
];

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** @param secrets kind and text of each; an empty one is nothing */
export function createMask(
  secrets: readonly (readonly [kind: string, text: string | undefined])[],
): (text: string) => string {
  const found = secrets
    .filter((secret): secret is readonly [string, string] => Boolean(secret[1]))
    // A secret may hold another.
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([kind, text]) => {
      const inner = escape(text);
      const pattern = text.length < SHORT ? `(?<![\\w<])${inner}(?![\\w>])` : inner;
      return [new RegExp(pattern, 'g'), `<${kind}>`] as const;
    });
  return (text) => [...found, ...ADDRESSES].reduce((now, [what, kind]) => now.replace(what, kind), text);
}
