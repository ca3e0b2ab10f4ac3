/**
 * Which pins an application names, and which of them are the link's. Pure. It looks at the names alone: what a pin is
 * used for cannot be known from that, so whoever asks should warn where nothing else is wrong.
 */
import { parse } from 'acorn';
import type { AnyNode } from 'acorn';
import { analyze } from 'eslint-scope';
import { placesOf } from '../../monitor/places';
import type { SourcePlace } from '../../monitor/places';
import { allPins } from '.';

/** A pin, a button or an LED in an application's code. */
export interface NamedPin {
  readonly name: string;
  /** Where it is named first. */
  readonly place: SourcePlace | undefined;
}

const DEVICE = /^(LED|BTN)\d?$/;

/** Fields by which an application that makes its own link hands over the pins. */
const WIRES = ['reset', 'sckout', 'stx', 'srx', 'sckin'];

function children(node: AnyNode): AnyNode[] {
  return Object.values(node)
    .flat()
    .filter((value): value is AnyNode => typeof (value as { type?: unknown } | null)?.type === 'string');
}

/** Identifiers that are no use of a pin: the operand of `typeof`, and the link's own pins. */
function harmless(root: AnyNode): { asked: ReadonlySet<string>; link: ReadonlySet<AnyNode> } {
  const asked = new Set<string>();
  const link = new Set<AnyNode>();
  const waiting: AnyNode[] = [root];
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    if (node.type === 'UnaryExpression' && node.operator === 'typeof' && node.argument.type === 'Identifier')
      asked.add(node.argument.name);
    if (node.type === 'Property' && node.key.type === 'Identifier' && WIRES.includes(node.key.name))
      link.add(node.value as AnyNode);
    waiting.push(...children(node));
  }
  return { asked, link };
}

/** In the order of their first places; names that the application asks for by `typeof` first are left out. */
export function pinsNamed({ code, map }: { readonly code: string; readonly map?: string }): NamedPin[] {
  const program = parse(code, { ecmaVersion: 'latest', allowReturnOutsideFunction: true, ranges: true });
  const { asked, link } = harmless(program);
  const known = allPins();
  const places = map === undefined ? undefined : placesOf({ code, map });
  const found = new Map<string, NamedPin & { start: number }>();
  for (const { references } of analyze(program, { ecmaVersion: 2022, sourceType: 'script' }).scopes)
    for (const { identifier, resolved } of references) {
      if (resolved !== null || identifier.type !== 'Identifier' || link.has(identifier)) continue;
      const { name, start } = identifier;
      if (asked.has(name) || !(known.has(name) || DEVICE.test(name))) continue;
      const before = found.get(name);
      if (!before || before.start > start) found.set(name, { name, start, place: places?.atOffset(start) });
    }
  return [...found.values()].sort((a, b) => a.start - b.start);
}

/** `file:line:column: `, or nothing where it is not known. */
export function shown({ place }: NamedPin): string {
  return place ? `${place.file}:${String(place.line)}:${String(place.column)}: ` : '';
}

/**
 * Lines that warn of pins which the link needs for itself.
 * @param link pins of the link by its lines
 * @param devices buttons and LEDs of the board, and their pins
 */
export function linkClashes(
  named: readonly NamedPin[],
  link: Readonly<Record<string, unknown>>,
  devices: Readonly<Record<string, string>>,
): string[] {
  return named.flatMap((pin) => {
    const own = devices[pin.name] ?? devices[`${pin.name}1`] ?? pin.name;
    const wire = WIRES.find((one) => link[one] === own);
    if (wire === undefined) return [];
    const which = own === pin.name ? pin.name : `${pin.name}, which is ${own},`;
    return `${shown(pin)}${which} is the link's ${wire}: whatever else uses it disturbs the link. Give one of the two another pin`;
  });
}
