/**
 * Programs of modern JavaScript, made at random from a grammar of what is lowered: each ends, prints what it does, and
 * speaks only of what Espruino and V8 have in common. The same seed makes the same program.
 */

/** Numbers from 0 to below 1, the same ones for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** What a function may do where it stands. */
interface Place {
  /** Names of numbers that can be read. */
  readonly numbers: readonly string[];
  /** Of those, the ones that can be written. */
  readonly writable: readonly string[];
  readonly kind: 'plain' | 'async' | 'generator';
  readonly loops: readonly string[];
  readonly depth: number;
}

export class Generator {
  private readonly random: () => number;
  private names = 0;
  private left = 60;

  constructor(seed: number) {
    this.random = randomFrom(seed);
  }

  program(): string {
    const place: Place = { numbers: ['a', 'b'], writable: ['a', 'b'], kind: 'plain', loops: [], depth: 0 };
    const head =
      'let a = 1, b = 2; const o = { x: 3, y: { z: 4 }, f(n = 5) { return n + this.x; }, none: null };\n';
    const tools = 'const val = async (x) => x; const fs = [];\n';
    const body = this.statements(place, 7);
    return `${head}${tools}${body}\nlog(a, b, o.x, fs.map((f) => f()));\n`;
  }

  private int(below: number): number {
    return Math.floor(this.random() * below);
  }

  private pick<T>(list: readonly T[]): T {
    return list[this.int(list.length)]!;
  }

  private name(): string {
    // Few names, so that they hide each other.
    return this.pick(['p', 'q', 'r', 's']) + (this.int(3) ? '' : ++this.names);
  }

  private number(place: Place, depth = 2): string {
    const simple = [
      () => String(this.int(9)),
      () => this.pick(place.numbers),
      () => this.pick(place.numbers),
    ];
    if (depth <= 0) return this.pick(simple)();
    const n = (): string => this.number(place, depth - 1);
    const more = [
      ...simple,
      () => `(${n()} + ${n()})`,
      () => `(${n()} * ${n()}) % 97`,
      () => `(${n()} > ${n()} ? ${n()} : ${n()})`,
      () => `o?.y?.z`,
      () => `(o.none?.q ?? ${n()})`,
      () => `o.f(${this.int(2) ? n() : ''})`,
      () => `Math.max(...[${n()}, ${n()}])`,
      () => `[${n()}, ${n()}, ...[${n()}]].length`,
      () => `(([x, y = ${n()}]) => x + y)([${n()}])`,
      () => `({ k: ${n()}, ...o }).k`,
      () => `((...r) => r.reduce((x, y) => x + y, 0))(${n()}, ${n()})`,
      () => `\`\${${n()}}\`.length`,
      () => `(2 ** ${this.int(4)})`,
      ...(place.writable.length
        ? [() => `(${this.pick(place.writable)} += ${n()})`, () => `${this.pick(place.writable)}++`]
        : []),
      ...(place.kind === 'async' ? [() => `(await val(${n()}))`, () => `(await ${n()})`] : []),
      ...(place.kind === 'generator' ? [() => `((yield ${n()}) ?? ${n()})`] : []),
    ];
    return this.pick(more)();
  }

  private statements(place: Place, count: number): string {
    let { numbers, writable } = place;
    const declared = new Set<string>();
    const lines: string[] = [];
    for (let n = 0; n < count && this.left > 0; n++) {
      this.left--;
      const here: Place = { ...place, numbers, writable };
      if (this.int(4) === 0) {
        const name = this.name();
        if (declared.has(name)) continue;
        declared.add(name);
        const kind = this.pick(['const', 'let']);
        // What hides an outer name is not to be read before it is there.
        const outer: Place = {
          ...here,
          numbers: numbers.filter((one) => one !== name),
          writable: writable.filter((one) => one !== name),
        };
        if (lines.some((line) => new RegExp(`\\b${name}\\b`).test(line))) continue;
        lines.push(this.declaration(kind, name, outer));
        numbers = [...numbers, name];
        writable =
          kind === 'let'
            ? [...writable.filter((one) => one !== name), name]
            : writable.filter((one) => one !== name);
        continue;
      }
      lines.push(this.statement(here));
    }
    return lines.join('\n');
  }

  private declaration(kind: string, name: string, place: Place): string {
    const n = (): string => this.number(place);
    return this.pick([
      () => `${kind} ${name} = ${n()};`,
      () => `${kind} { k: ${name} = ${n()} } = { ${this.int(2) ? `k: ${n()}` : ''} };`,
      () => `${kind} [, ${name} = ${n()}] = [${n()}${this.int(2) ? `, ${n()}` : ''}];`,
    ])();
  }

  private block(place: Place, more: Partial<Place> = {}): string {
    return `{\n${this.statements({ ...place, depth: place.depth + 1, ...more }, 3)}\n}`;
  }

  private statement(place: Place): string {
    const n = (): string => this.number(place);
    const simple = [
      () => `log(${n()});`,
      () => `log('t', ${n()}, ${n()});`,
      () => `fs.push(() => ${this.number({ ...place, kind: 'plain' }, 1)});`,
      ...(place.writable.length
        ? [() => `${this.pick(place.writable)} ${this.pick(['=', '+=', '-=', '??=', '||=', '&&='])} ${n()};`]
        : []),
      ...(place.loops.length
        ? [
            () =>
              `if (${n()} % 3 === 0) ${this.pick(['break', 'continue'])}${this.int(2) ? ` ${this.pick(place.loops)}` : ''};`,
          ]
        : []),
      ...(place.kind === 'generator' ? [() => `yield ${n()};`] : []),
      ...(place.kind === 'async' ? [() => `await ${n()};`] : []),
    ];
    if (place.depth > 2) return this.pick(simple)();
    const loop = (): string => `l${++this.names}`;
    return this.pick([
      ...simple,
      ...simple,
      () => `if (${n()} > ${n()}) ${this.block(place)} else ${this.block(place)}`,
      () => this.for(place, loop()),
      () => this.each(place, loop()),
      () =>
        `try ${this.block(place, {})} catch (e) ${this.block(place)} finally ${this.block(place, { loops: [] })}`,
      () => `try { if (${n()} % 2) throw ${n()}; log('no throw'); } catch (e) { log('caught', e); }`,
      () => this.switch(place),
      () => this.call(place),
    ])();
  }

  private for(place: Place, label: string): string {
    const i = `i${++this.names}`;
    const inner = this.block(place, { numbers: [...place.numbers, i], loops: [...place.loops, label] });
    return `${label}: for (let ${i} = 0; ${i} < ${1 + this.int(3)}; ${i}++) ${inner}`;
  }

  private each(place: Place, label: string): string {
    const x = `x${++this.names}`;
    const inner = this.block(place, { numbers: [...place.numbers, x], loops: [...place.loops, label] });
    const head = this.pick([
      () => `const ${x} of [${this.number(place, 1)}, 5, 6]`,
      () => `const { v: ${x} } of [{ v: 1 }, { v: ${this.number(place, 1)} }]`,
      () => `const [, ${x}] of Object.entries({ k: 3, l: 4 })`,
    ])();
    return `${label}: for (${head}) ${inner}`;
  }

  private switch(place: Place): string {
    const inner: Place = { ...place, depth: place.depth + 1, loops: [] };
    const part = (): string => `${this.statement({ ...inner, depth: 3 })}${this.int(2) ? ' break;' : ''}`;
    const cases = [`case 0: ${part()}`, `case 1: ${part()}`, `case 2: ${part()}`];
    cases.splice(this.int(4), 0, `default: ${part()}`);
    return `switch (${this.number(place)} % 4) {\n${cases.join('\n')}\n}`;
  }

  /** A function, class, generator or async function that is made and used on the spot. */
  private call(place: Place): string {
    const f = `f${++this.names}`;
    const body = (kind: Place['kind'], numbers: readonly string[]): string =>
      this.statements(
        {
          numbers: [...place.numbers, ...numbers],
          writable: [...place.writable, ...numbers],
          kind,
          loops: [],
          depth: place.depth + 1,
        },
        3,
      );
    const n = this.number(place);
    const u = 'u' + f;
    return this.pick([
      () => `log(${f}(${n})); function ${f}(m, k = m + 1) {\n${body('plain', ['m', 'k'])}\nreturn m - k; }`,
      () => `for (const y of (function* (m) {\n${body('generator', ['m'])}\nyield m; })(${n})) log('y', y);`,
      () => `(async (${u} = ${n}) => {\n${body('async', [u])}\nreturn ${u}; })();`,
      () =>
        `class C${f} { #v = ${this.number({ ...place, kind: 'plain' }, 1)}; static s = 2; w = this.#v + 1; get v() { return this.#v; } m(m) {\n${body('plain', ['m'])}\nreturn this.w + m; } }\nclass D${f} extends C${f} { m(m) { return super.m(m) + this.v + D${f}.s; } }\nlog(new D${f}().m(${n}));`,
    ])();
  }
}
