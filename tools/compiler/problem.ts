/** What is wrong with an application, in the words of what its author wrote, and where he wrote it. */

export interface Problem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  readonly text: string;
}

export function problemLine({ file, line, column, text }: Problem): string {
  return `${file}:${String(line)}:${String(column)}: ${text}`;
}

/** An application that cannot be compiled. Its message is one line a problem. */
export class CompileError extends Error {
  constructor(readonly problems: readonly Problem[]) {
    super(problems.map(problemLine).join('\n'));
    this.name = 'CompileError';
  }
}
