/**
 * What type a name or an expression is proven to be of, whatever a script is made into: types belong to names, which
 * the passes keep. It must say nothing where it is not sure.
 */
import type { AnyNode } from 'acorn';
import { staticName } from '../../check/scopes';
import { type Token, isMade, isNative } from './cells';
import { PURE_OF_STRINGS, isFixedMember, isFixedGlobal, resultsOf } from './known';
import type { Values } from './values';

export class Types {
  readonly #names = new Map<string, ReadonlySet<Token> | undefined>();

  /** @param values of a program whose names have one meaning each */
  constructor(
    values: Values | undefined,
    private readonly around?: Types,
  ) {
    if (!values) return;
    for (const [id, { name }] of values.scopes.declarations) {
      const tokens = values.tokens(id);
      if (tokens) this.#names.set(name, tokens);
    }
  }

  #named(name: string): ReadonlySet<Token> | undefined {
    return this.#names.has(name) ? this.#names.get(name) : this.around && this.around.#named(name);
  }

  #knows(name: string): boolean {
    return this.#names.has(name) || (!!this.around && this.around.#knows(name));
  }

  /** Another name for the same values. */
  add(name: string, like: string): void {
    const tokens = this.#named(like);
    if (tokens) this.#names.set(name, tokens);
  }

  /** The same where names stand for what is given. */
  where(given: ReadonlyMap<string, AnyNode>): Types {
    const types = new Types(undefined, this);
    for (const [name, node] of given) {
      types.#names.set(name, this.of(node));
    }
    return types;
  }

  /** All that an expression may come to; undefined where that is not known. */
  of(node: AnyNode): ReadonlySet<Token> | undefined {
    const one = (...types: Token[]) => new Set<Token>(types);
    switch (node.type) {
      case 'Literal':
        if (node.value === null) return 'regex' in node && node.regex ? undefined : one('null');
        return typeof node.value === 'object' ? undefined : one(typeof node.value as 'number');
      case 'TemplateLiteral':
        return one('string');
      case 'Identifier':
        return node.name === 'undefined' ? one('undefined') : this.#named(node.name);
      case 'UnaryExpression':
        if (node.operator === 'typeof') return one('string');
        if (node.operator === 'void') return one('undefined');
        return /^(!|delete)$/.test(node.operator) ? one('boolean') : one('number');
      case 'UpdateExpression':
        return one('number');
      case 'BinaryExpression':
        if (node.operator === '+') return this.#sum(node.left as AnyNode, node.right);
        return one(/^(?:[!=]==?|[<>]=?|in|instanceof)$/.test(node.operator) ? 'boolean' : 'number');
      case 'AssignmentExpression':
        if (node.operator === '=') return this.of(node.right);
        return node.operator === '+=' ? this.#sum(node.left as AnyNode, node.right) : one('number');
      case 'ConditionalExpression':
        return this.#either(node.consequent, node.alternate);
      case 'LogicalExpression':
        return this.#either(node.left, node.right);
      case 'SequenceExpression':
        return this.of(node.expressions[node.expressions.length - 1]);
      case 'CallExpression': {
        const path = this.path(node.callee as AnyNode);
        const types = path === undefined ? [] : resultsOf(path);
        return types.length ? new Set(types as Token[]) : undefined;
      }
      case 'MemberExpression':
        return staticName(node.property, node.computed) === 'length' && this.isText(node.object as AnyNode)
          ? one('number')
          : undefined;
      default:
        return undefined;
    }
  }

  #either(a: AnyNode, b: AnyNode): ReadonlySet<Token> | undefined {
    const left = this.of(a);
    const right = this.of(b);
    return left && right && new Set([...left, ...right]);
  }

  #sum(a: AnyNode, b: AnyNode): ReadonlySet<Token> | undefined {
    if (this.is(a, 'string') || this.is(b, 'string')) return new Set(['string'] as const);
    const plain = ['number', 'boolean', 'undefined', 'null'] as const;
    return this.is(a, ...plain) && this.is(b, ...plain) ? new Set(['number'] as const) : undefined;
  }

  /** Whether an expression is proven to come to nothing else. */
  is(node: AnyNode, ...types: Token[]): boolean {
    const tokens = this.of(node);
    return !!tokens && tokens.size > 0 && [...tokens].every((token) => types.includes(token));
  }

  /** Whether it is a text, if it is anything of which a property can be asked. */
  isText(node: AnyNode): boolean {
    return this.is(node, 'string', 'undefined', 'null') && this.of(node)!.has('string');
  }

  isPrimitive(node: AnyNode): boolean {
    return this.is(node, 'boolean', 'null', 'number', 'string', 'undefined');
  }

  /** Whether a property of it can be asked for: it is something of which that is no error. */
  isThing(node: AnyNode): boolean {
    const tokens = this.of(node);
    if (!tokens?.size) return /^(Object|Array|Function)Expression$/.test(node.type);
    return [...tokens].every((token) => isMade(token) || /^(boolean|number|string)$/.test(String(token)));
  }

  /** The built-in function that an expression is proven to be: `E.CRC32`, `String#substr`. */
  path(node: AnyNode): string | undefined {
    if (node.type === 'Identifier') {
      const tokens = this.#named(node.name);
      if (!tokens) return isFixedGlobal(node.name) || node.name === 'String' ? node.name : undefined;
      const [token] = tokens;
      return tokens.size === 1 && token && isNative(token) && !token.path.startsWith('?')
        ? token.path
        : undefined;
    }
    if (node.type !== 'MemberExpression') return undefined;
    const name = staticName(node.property, node.computed);
    const object = node.object as AnyNode;
    if (name === undefined) return undefined;
    if (object.type === 'Identifier' && !this.#knows(object.name) && isFixedMember(object.name, name))
      return `${object.name}.${name}`;
    return PURE_OF_STRINGS.has(name) && this.isText(object) ? `String#${name}` : undefined;
  }
}
