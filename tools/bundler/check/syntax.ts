/**
 * Syntax that Espruino's parser refuses or misreads, node by node. Each case was tried on the interpreter; the
 * table of `check-bundle.test.ts` repeats that.
 */
import type { AnyNode } from 'acorn';
import { lostLiteral } from './lookahead';
import { type Scopes, children, isFunction } from './scopes';

/** The words that are reserved in Espruino and not in a script otherwise. */
const RESERVED = /^(of|static)$/;

/** Built-in classes are no functions that a constructor could call. */
const BUILT_IN_CLASS =
  /^(Array|Date|Function|Object|Promise|RegExp|String|Number|[A-Za-z]*Error|[A-Z]\w*Array)$/;

function regExpConstruct(pattern: string, flags: string): string | undefined {
  if (/[^gi]/.test(flags)) return `flag ${flags.replace(/[gi]/g, '')}`;
  if (/\[[^\]\\]*(\\.[^\]\\]*)*\//.test(pattern.replace(/\\\//g, ''))) return '/ in a class without \\';
  // What is left after this: operators, with `a` for anything that stands for itself.
  const bare = pattern.replace(/\\[^bBu1-9]|\[(\\.|[^\]\\])*\]/g, 'a');
  if (/\\[bB]/.test(bare)) return 'word boundary';
  if (/\\[1-9]/.test(bare)) return 'back reference';
  if (/\\u/.test(bare)) return '\\u';
  if (/\(\?/.test(bare)) return '(?';
  if (/\?/.test(bare)) return 'the operator ?';
  if (/\{\d/.test(bare)) return 'a counted repetition';
  if (/\)[*+]/.test(bare)) return 'a repeated group';
  if (/\([^)]*\(/.test(bare)) return 'nested groups';
  if (/[\^$]/.test(bare) && /\|/.test(bare.replace(/\([^)]*\)/g, ''))) return '^ or $ beside |';
  return undefined;
}

function mentions(node: AnyNode, wanted: (node: AnyNode) => boolean): boolean {
  return wanted(node) || children(node).some((child) => mentions(child, wanted));
}

/** Whether a `do` is reached without entering a block, which Espruino would skip unread. */
function hasBareDo(node: AnyNode): boolean {
  if (node.type === 'DoWhileStatement') return true;
  return node.type !== 'BlockStatement' && children(node).some(hasBareDo);
}

type Of<Type extends AnyNode['type']> = Extract<AnyNode, { type: Type }>;

function inLiteral(node: Of<'Literal'>, source: string): string | undefined {
  if ('regex' in node && node.regex) {
    if (/\)\s*$/.test(source.slice(0, node.start))) return 'regular expression right after )';
    const construct = regExpConstruct(node.regex.pattern, node.regex.flags);
    return construct && `regular expression with ${construct}`;
  }
  if (typeof node.value === 'bigint') return 'BigInt';
  if (typeof node.value !== 'string') return undefined;
  if (/[^\0-\xff]/.test(node.value)) return 'string with a character above 255';
  if (/\\u\{/.test(node.raw ?? '')) return '\\u{}';
  return /\\[\n\r]/.test(node.raw ?? '') ? 'line continued within a string' : undefined;
}

function inName(node: Of<'Identifier'>, scopes: Scopes): string | undefined {
  if (/[^\0-\x7f]/.test(node.name)) return `name ${node.name} outside ASCII`;
  if (RESERVED.test(node.name) && (scopes.references.has(node) || scopes.declarations.has(node))) {
    return `name ${node.name}, a reserved word of Espruino`;
  }
  if (
    node.name === 'arguments' &&
    scopes.references.get(node)?.inside.node.type === 'ArrowFunctionExpression'
  ) {
    return 'arguments of the function around an arrow function';
  }
  return undefined;
}

function inLoop(
  node: Of<'ForStatement' | 'ForInStatement' | 'ForOfStatement'>,
  scopes: Scopes,
): string | undefined {
  if (node.type === 'ForOfStatement' && node.await) return 'for await';
  const { end } = node;
  const captured = [...scopes.references.values()].find(
    ({ binding, inside, node: at }) =>
      binding?.loop === node && binding.owner !== inside && at.start > node.start && at.end <= end,
  );
  return captured && `loop variable ${captured.binding?.name} captured by a function`;
}

function inMember(node: Of<'MethodDefinition' | 'PropertyDefinition'>): string | undefined {
  if (node.computed) return 'computed member name';
  if (node.key.type === 'Literal') return 'quoted member name in a class';
  const arrow = (item: AnyNode) => item.type === 'ArrowFunctionExpression';
  const owned = node.type === 'PropertyDefinition' && node.value && mentions(node.value, arrow);
  return owned && mentions(node.value!, (item) => item.type === 'ThisExpression')
    ? 'this in an arrow function of a class field'
    : undefined;
}

/** What Espruino has not, or undefined. */
export function forbiddenSyntax(
  node: AnyNode,
  parent: AnyNode,
  source: string,
  scopes: Scopes,
): string | undefined {
  if (isFunction(node)) {
    if (node.async) return 'async function';
    if (node.generator) return 'generator';
  }
  switch (node.type) {
    case 'AwaitExpression':
      return 'await';
    case 'AssignmentPattern':
      return isFunction(parent) ? 'default parameter' : 'default in a pattern';
    case 'RestElement':
      return 'rest parameter or element';
    case 'SpreadElement':
      return 'spread';
    case 'ObjectPattern':
    case 'ArrayPattern':
      return 'destructuring';
    case 'ChainExpression':
      return 'optional chaining ?.';
    case 'AssignmentExpression':
      return /^(\*\*|\?\?|\|\||&&)=$/.test(node.operator) ? `operator ${node.operator}` : undefined;
    case 'BinaryExpression':
      if (node.left.type === 'PrivateIdentifier') return '#private name';
      return node.operator === '**' ? 'operator **' : undefined;
    case 'ExpressionStatement':
      return lostLiteral(node, parent, source);
    case 'LabeledStatement':
      return 'label';
    case 'WithStatement':
      return 'with';
    case 'DebuggerStatement':
      return 'debugger, which stops the board';
    case 'ImportExpression':
      return 'import()';
    case 'MetaProperty':
      return `${node.meta.name}.${node.property.name}`;
    case 'TaggedTemplateExpression':
      return 'tagged template';
    case 'StaticBlock':
      return 'static block';
    case 'PrivateIdentifier':
      return '#private name';
    case 'Property':
      return node.computed ? 'computed property name' : undefined;
    case 'MethodDefinition':
    case 'PropertyDefinition':
      return inMember(node);
    case 'ClassDeclaration':
    case 'ClassExpression': {
      const base = node.superClass;
      if (
        base?.type === 'Identifier' &&
        BUILT_IN_CLASS.test(base.name) &&
        !scopes.references.get(base)?.binding
      ) {
        return `class extends ${base.name}`;
      }
      return node.type === 'ClassExpression' && node.id ? 'name of a class expression' : undefined;
    }
    case 'SwitchStatement': {
      const at = node.cases.findIndex((item) => item.test === null);
      return at >= 0 && at < node.cases.length - 1 ? 'case after default' : undefined;
    }
    case 'SwitchCase':
      return node.consequent.some(hasBareDo)
        ? 'do in a case, which revives code after a break: loop with while or for'
        : undefined;
    case 'ReturnStatement':
    case 'ThrowStatement': {
      const end = node.argument ? node.argument.start : node.end;
      const rest = node.argument ? source.slice(node.start, end) : source.slice(node.start);
      return /^(return|throw)(?:[^\S\n\r]|\/\*[^*\n\r]*\*\/)*(\/\/|\/\*|[\n\r])/.test(rest) &&
        !/^return\s*[;}]/.test(rest)
        ? 'line break after return'
        : undefined;
    }
    case 'DoWhileStatement':
      if (node.body.type === 'EmptyStatement') return 'do with an empty statement';
      return node.body.type !== 'BlockStatement' &&
        !/[;}]$/.test(source.slice(node.body.start, node.body.end))
        ? 'do without ; before while'
        : undefined;
    case 'UpdateExpression':
      return node.prefix && /[\w$)\]][^\S\n\r]*[\n\r]\s*$/.test(source.slice(0, node.start))
        ? `${node.operator} at the start of a line`
        : undefined;
    case 'Identifier':
      return inName(node, scopes);
    case 'Literal':
      return inLiteral(node, source);
    case 'TemplateElement':
      if (/[^\0-\xff]/.test(node.value.cooked ?? '')) return 'string with a character above 255';
      return undefined;
    case 'ForStatement':
    case 'ForInStatement':
    case 'ForOfStatement':
      return inLoop(node, scopes);
    default:
      return undefined;
  }
}
