/** Modern JavaScript as what Espruino runs. Until there is a lowering of our own, the compiler's for ES5. */
import ts from 'typescript';

export interface Lowered {
  readonly code: string;
  readonly map: object;
  readonly problems: readonly { line: number; column: number; text: string; kind: 'error' | 'warning' }[];
}

export function lower(
  code: string,
  _options: { readonly fileName: string; readonly board?: string },
): Lowered {
  const { outputText, sourceMapText } = ts.transpileModule(code, {
    compilerOptions: {
      target: ts.ScriptTarget.ES5,
      module: ts.ModuleKind.ESNext,
      sourceMap: true,
      alwaysStrict: false,
    },
  });
  return {
    code: outputText.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, '\n'),
    map: JSON.parse(sourceMapText!) as object,
    problems: [],
  };
}
