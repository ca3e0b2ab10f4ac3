/** Typings of what the tools use of eslint-scope, which brings none. It must claim nothing that the package lacks. */
declare module 'eslint-scope' {
  import type { AnyNode, Identifier, Program } from 'acorn';

  export interface Definition {
    /** `Variable`, `FunctionName`, `Parameter`, `CatchClause`, `ClassName` and others. */
    readonly type: string;
    readonly name: Identifier;
    readonly node: AnyNode;
  }

  export interface Variable {
    readonly name: string;
    readonly scope: Scope;
    readonly identifiers: Identifier[];
    readonly defs: Definition[];
  }

  export interface Reference {
    readonly identifier: AnyNode;
    readonly from: Scope;
    readonly resolved: Variable | null;
  }

  export interface Scope {
    readonly type: string;
    readonly block: AnyNode;
    readonly upper: Scope | null;
    readonly variableScope: Scope;
    readonly variables: Variable[];
    readonly set: ReadonlyMap<string, Variable>;
    readonly references: Reference[];
  }

  export interface ScopeManager {
    readonly scopes: readonly Scope[];
    readonly globalScope: Scope;
  }

  export function analyze(
    program: Program,
    options: { ecmaVersion: number; sourceType: 'script' | 'module' },
  ): ScopeManager;
}
