/**
 * Numbers as Espruino reads them: digit by digit (`stringToFloatWithRadix` in jsutils.c), so that 0.3 is not the number
 * that 3 / 10 is. What it would read as another number is written as a division, which is exact.
 */
import { type Node, at, binary, literalNode } from './tree';

/** The number that Espruino makes of a decimal text. */
export function asRead(text: string): number {
  const [, whole = '', part = '', exponent = '0'] = /^(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(text) ?? [];
  let value = 0;
  for (const digit of whole) value = value * 10 + Number(digit);
  let scale = 0.1;
  for (const digit of part) {
    value += scale * Number(digit);
    scale /= 10;
  }
  for (let left = Number(exponent); left > 0; left--) value *= 10;
  for (let left = Number(exponent); left < 0; left++) value /= 10;
  return value;
}

/** A number that is read rightly, or what gives it. */
export function exactNumber(node: Node): Node {
  const value = node.value as number;
  if (!Number.isFinite(value) || Number.isInteger(value)) return node;
  const texts = [String(value)];
  if (typeof node.raw === 'string' && /^[\d.]+(e[+-]?\d+)?$/i.test(node.raw)) texts.push(node.raw);
  if (texts.every((text) => asRead(text) === value)) return node;
  const [, whole, part = '', exponent = '0'] = /^(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/.exec(String(value))!;
  const above = Number(whole + part);
  const places = part.length - Number(exponent);
  const exact =
    places > 0 && places <= 22 && above <= Number.MAX_SAFE_INTEGER && above / 10 ** places === value;
  return exact ? at(node, binary('/', literalNode(above), literalNode(10 ** places))) : node;
}
