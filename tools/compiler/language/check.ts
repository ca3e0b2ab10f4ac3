/** What cannot work on Espruino, at the place where it is written, with what to write instead. */
import type { Context } from './context';
import { type Node, walk } from './tree';

export function check(context: Context): void {
  walk(context.program, (node: Node) => {
    if (node.type === 'WithStatement')
      context.error(node, 'with does not work on Espruino: name the object each time');
    if (node.type === 'Literal' && node.bigint)
      context.error(node, 'Espruino has no BigInt: a number is exact up to 9007199254740991');
  });
}
