/** What a program that is being written has so far: names, and what may be spoken of where. It writes nothing. */
import type { Random } from './random';

/** What may be spoken of where code is being written. */
export interface Scope {
  /** Names that can be read, whatever they hold. */
  readonly values: string[];
  /** Those of this function, and of the top level, that can be written. */
  readonly variables: string[];
  readonly inFunction: boolean;
  readonly depth: number;
}

export interface Callable {
  readonly name: string;
  readonly arity: number;
}

export class Vocabulary {
  /** Functions that are there: one calls only those before it, so all calls end. */
  readonly functions: Callable[] = [];
  readonly methods: Callable[] = [];
  readonly objects: string[] = [];
  /** Names of the top level that hold a value. */
  readonly tops: string[] = [];
  readonly #random: Random;
  #count = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** A name that is nobody's yet. */
  name(prefix: string): string {
    return `${prefix}${String(++this.#count)}`;
  }

  /** Of the top level. */
  top(): Scope {
    // As a whole an object is asked for seldom: one that is stays as it is.
    const whole = this.objects.filter(() => this.#random.one(40));
    return { values: [...this.tops, ...whole], variables: this.tops, inFunction: false, depth: 0 };
  }
}

/** Of a function within. */
export function inside(scope: Scope, params: readonly string[]): Scope {
  return {
    values: [...scope.values, ...params],
    variables: [...scope.variables, ...params],
    inFunction: true,
    depth: scope.depth + 1,
  };
}
