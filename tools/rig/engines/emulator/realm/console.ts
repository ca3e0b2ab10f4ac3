/**
 * A board's console: the line a user or a tool types, and what is printed
 * around it, as Espruino's jsinteractive.c does it. Typed code runs in the
 * program's own realm, whose library is all there is here. Whatever is printed
 * must come through here, or the prompt would end up within a line.
 */
import { printedResult } from './print';

export interface ConsoleBoard {
  /** All that goes to the terminal, one character a byte. */
  write(bytes: string): void;
  /** Runs typed code; its value. */
  run(code: string): unknown;
  /** Prints what `run` threw. */
  report(thrown: unknown): void;
  /** The board is about to start anew: nothing more may be typed. */
  leaving(): boolean;
  /** The answer to Ctrl-E. */
  readonly name: string;
}

export interface Console {
  /** Takes what is typed. @returns what was not taken, since the board starts anew. */
  type(bytes: string): string;
  /** A line of output, without its end. */
  line(text: string): void;
  echo(on: boolean): void;
  /** Puts the prompt back, when there is nothing else to do. */
  rest(): void;
}

const OPEN = '([{';
const CLOSE = ')]}';

/** What stands after these may be a regular expression, not a division. */
const BEFORE_REGEX = /(?:^|[-+*/%=<>!&|^~?:;,([{}]|\b(?:return|typeof|case|in|of|delete|void|throw|new))\s*$/;

const STRING = /^(?:"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*')/;
const TEMPLATE = /^`(?:\\[\s\S]|[^`\\])*`/;
const REGEX = /^\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\//;

/** Brackets that are still open; Infinity within a comment or template; negative after one too many closed. */
export function openBrackets(code: string): number {
  let open = 0;
  for (let at = 0; at < code.length;) {
    const rest = code.slice(at);
    const char = code.charAt(at);
    let skip = 1;
    if (rest.startsWith('//')) skip = (rest + '\n').indexOf('\n');
    else if (rest.startsWith('/*')) {
      const end = rest.indexOf('*/', 2);
      if (end < 0) return Infinity;
      skip = end + 2;
    } else if (char === '`') {
      const text = TEMPLATE.exec(rest);
      if (text === null) return Infinity;
      skip = text[0].length;
    } else if (char === '"' || char === "'") {
      const text = STRING.exec(rest);
      // Run at once, so that it can fail.
      if (text === null) return 0;
      skip = text[0].length;
    } else if (char === '/' && BEFORE_REGEX.test(code.slice(0, at))) skip = REGEX.exec(rest)?.[0].length ?? 1;
    else if (OPEN.includes(char)) open++;
    else if (CLOSE.includes(char) && --open < 0) return open;
    at += skip;
  }
  return open;
}

/** The line that is being typed, with its prompt: shown, taken away for what is printed, and put back. */
class InputLine {
  text = '';
  echoing = true;
  echoOffForLine = false;
  /** The prompt is not shown now. */
  #removed = true;

  constructor(private readonly write: (bytes: string) => void) {}

  get echoes(): boolean {
    return this.echoing && !this.echoOffForLine;
  }

  print(text: string): void {
    this.write(text.replace(/\n/g, '\r\n'));
  }

  /** Echo of what is typed. */
  show(text: string): void {
    if (this.echoes && !this.#removed) this.print(text);
  }

  add(char: string): void {
    const text = char === '\t' ? '    ' : char;
    this.text += text;
    this.show(text);
  }

  goOn(): void {
    this.show('\n:');
    this.text += '\n';
  }

  back(): void {
    if (this.text === '' || this.text.endsWith('\n')) return;
    this.text = this.text.slice(0, -1);
    this.show('\b \b');
  }

  remove(): void {
    if (this.#removed) return;
    this.#removed = true;
    if (!this.echoes) return;
    const lines = this.text.split('\n').length - 1;
    this.write('\x1b[A'.repeat(lines) + '\r\x1b[J');
  }

  rest(): void {
    if (!this.#removed) return;
    this.#removed = false;
    if (this.echoes) this.print('>' + this.text.replace(/\n/g, '\n:'));
  }

  clear(): void {
    if (this.text === '') return;
    this.remove();
    this.text = '';
    this.rest();
  }

  /** @returns the code that was typed, which is to run */
  take(): string {
    this.show('\n');
    if (!this.echoOffForLine) this.#removed = true;
    const code = this.text.replace(/\s+$/, '');
    this.text = '';
    return code;
  }
}

export function createConsole(board: ConsoleBoard): Console {
  const line = new InputLine((bytes) => board.write(bytes));
  let escape = '';
  let hadReturn = false;

  function execute(): void {
    const code = line.take();
    try {
      const value = board.run(code);
      if (line.echoes && code !== '') {
        line.remove();
        line.print('=' + printedResult(value) + '\n');
      }
    } catch (thrown) {
      board.report(thrown);
    }
    line.echoOffForLine = false;
  }

  /** @returns whether the sequence goes on. */
  function escaped(char: string): boolean {
    escape += char;
    if (escape === '\x1b[' || escape === '\x1bO' || /^\x1b\[\d+$/.test(escape)) return true;
    if (escape === '\x1b\n') line.goOn();
    else if (escape === '\x1b[2H') line.clear();
    return false;
  }

  function take(char: string): void {
    if (escape !== '') {
      if (!escaped(char)) escape = '';
      return;
    }
    const followsReturn = hadReturn;
    hadReturn = char === '\r';
    if (char === '\x1b') escape = char;
    else if (char === '\x03') line.clear();
    else if (char === '\x05') {
      if (line.text === '') line.print(`Espruino ${board.name}\n`);
    } else if (char === '\x10') {
      if (line.text === '') line.echoOffForLine = true;
    } else if (char === '\b' || char === '\x7f') line.back();
    else if (char === '\r' || (char === '\n' && !followsReturn)) {
      if (openBrackets(line.text) <= 0) execute();
      else line.goOn();
    } else if (char >= ' ' || char === '\t') line.add(char);
  }

  return {
    type(bytes) {
      for (let i = 0; i < bytes.length; i++) {
        take(bytes.charAt(i));
        if (board.leaving()) return bytes.slice(i + 1);
        // The prompt comes back before the next line, as when a user types.
        if (/[\r\n]/.test(bytes.charAt(i))) line.rest();
      }
      line.rest();
      return '';
    },
    line(text) {
      line.remove();
      line.print(text + '\n');
    },
    echo(on) {
      line.echoing = on;
    },
    rest: () => line.rest(),
  };
}
