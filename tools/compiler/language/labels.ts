/**
 * Labels, which Espruino has not: a jump out of several loops leaves them one by one, by a variable that says where to.
 */
import type { LoweringContext } from './context';
import {
  type Node,
  assign,
  at,
  binary,
  block,
  contains,
  declare,
  id,
  ifThen,
  isFunctionNode,
  isLoop,
  literalNode,
  replaceChildren,
  statementNode,
} from './tree';

export function lowerLabels(context: LoweringContext, node: Node): void {
  // From within, so that what is in between has its labels no more.
  replaceChildren(node, (child) => {
    lowerLabels(context, child);
    return child.type === 'LabeledStatement' ? lowerLabelled(context, child) : child;
  });
}

const mentions = (node: Node, label: string): boolean =>
  contains(
    node,
    (item) => /^(Break|Continue)Statement$/.test(item.type) && item.label?.name === label,
    false,
  );

function lowerLabelled(context: LoweringContext, node: Node): Node {
  const label = node.label.name as string;
  const { body } = node;
  if (!mentions(body, label)) return body;
  const jump = context.fresh('$to_' + label);
  const start = at(node, declare('let', jump, literalNode(0)));
  if (!isLoop(body)) return at(node, block([start, lowerBlock(body, label, jump)]));
  const inside = body.body.type === 'BlockStatement' ? (body.body as Node) : block([body.body]);
  body.body = inside;
  // Within the loop itself a jump is a plain one.
  leaveBy(inside, label, jump, 0);
  return at(node, block([start, body]));
}

/** A labelled block as a loop of one turn; jumps to what is around it go on behind it. */
function lowerBlock(body: Node, label: string, jump: string): Node {
  const inside = block([body]);
  const outward: { number: number; kind: string }[] = [];
  retarget(inside, label, jump, outward);
  inside.body.push({ type: 'BreakStatement', label: null });
  const loop: Node = { type: 'ForStatement', init: null, test: null, update: null, body: inside };
  const after = outward.map(({ number, kind }) =>
    ifThen(binary('===', id(jump), literalNode(number)), { type: kind, label: null }),
  );
  return after.length ? block([statementNode(assign(jump, literalNode(0))), loop, ...after]) : loop;
}

/** In a labelled block: what breaks to the label, and what would now break or continue the new loop by mistake. */
function retarget(
  node: Node,
  label: string,
  jump: string,
  outward: { number: number; kind: string }[],
): void {
  leaveBy(node, label, jump, 0);
  const go = (item: Node, breakable: boolean, continuable: boolean): void => {
    replaceChildren(item, (child) => {
      if (isFunctionNode(child)) return child;
      if (child.type === 'BreakStatement' && !child.label && !child.ours && !breakable)
        return outwards(child, 2, outward, jump);
      if (child.type === 'ContinueStatement' && !child.label && !child.ours && !continuable)
        return outwards(child, 3, outward, jump);
      go(child, breakable || isLoop(child) || child.type === 'SwitchStatement', continuable || isLoop(child));
      return child;
    });
  };
  go(node, false, false);
}

function outwards(
  node: Node,
  number: number,
  outward: { number: number; kind: string }[],
  jump: string,
): Node {
  if (!outward.some((item) => item.number === number)) outward.push({ number, kind: node.type });
  return at(
    node,
    block([
      statementNode(assign(jump, literalNode(number))),
      { type: 'BreakStatement', label: null, ours: true },
    ]),
  );
}

/**
 * Turns jumps to a label into ones out of the innermost loop or `switch`, and adds behind each what goes on from there.
 * @param depth how many loops and switches are between here and the labelled statement
 * @returns the jumps that were found
 */
function leaveBy(node: Node, label: string, jump: string, depth: number): Set<number> {
  const found = new Set<number>();
  replaceChildren(node, (child) => {
    if (isFunctionNode(child)) return child;
    if (/^(Break|Continue)Statement$/.test(child.type) && child.label?.name === label) {
      const number = child.type === 'BreakStatement' ? 1 : 2;
      found.add(number);
      if (depth === 0) return at(child, { type: child.type, label: null, ours: true });
      return at(
        child,
        block([
          statementNode(assign(jump, literalNode(number === 1 ? -1 : -2))),
          { type: 'BreakStatement', label: null, ours: true },
        ]),
      );
    }
    const isInner = isLoop(child) || child.type === 'SwitchStatement';
    const inner = leaveBy(child, label, jump, depth + (isInner ? 1 : 0));
    for (const number of inner) found.add(number);
    if (!isInner || !inner.size) return child;
    // A `continue` of the outer loop passes a switch by itself, yet its number has to be taken back all the same.
    const after: Node[] = [];
    if (depth > 0) after.push(ifThen(id(jump), { type: 'BreakStatement', label: null, ours: true }));
    else {
      if (inner.has(1))
        after.push(
          ifThen(binary('===', id(jump), literalNode(-1)), {
            type: 'BreakStatement',
            label: null,
            ours: true,
          }),
        );
      if (inner.has(2))
        after.push(
          ifThen(
            id(jump),
            block([
              statementNode(assign(jump, literalNode(0))),
              { type: 'ContinueStatement', label: null, ours: true },
            ]),
          ),
        );
    }
    return [child, ...after];
  });
  return found;
}
