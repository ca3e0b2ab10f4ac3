/**
 * Programs of what the passes touch: objects and their methods, closures handed over as options, names that stand for
 * something, flags, texts, numbers, what is not there, loops, returns, exceptions. Each ends, and tells what it does by `log`.
 * It must not know what any pass does with them.
 */
import { type Random, createProgramRandom } from './random';
import { type Scope, Vocabulary, inside } from './vocabulary';

const KEYS = ['n', 'k', 'get', 'set'];

class Generator {
  readonly #random: Random;
  readonly #lines: string[] = [];
  readonly #words: Vocabulary;
  #loops = 0;

  constructor(seed: number) {
    this.#random = createProgramRandom(seed);
    this.#words = new Vocabulary(this.#random);
  }

  program(): string {
    const { below } = this.#random;
    for (let n = 3 + below(5); n > 0; n--) this.#item();
    for (let n = 2 + below(2); n > 0; n--) this.#main();
    return this.#lines.join('\n');
  }

  #item(): void {
    const { one, pick } = this.#random;
    pick([
      () => this.#variable(),
      () => this.#variable(),
      () => this.#alias(),
      () => this.#flag(),
      () => this.#flag(),
      () => this.#object(),
      () => this.#small(),
      () => this.#small(),
      () => this.#function(),
      () => this.#function(),
      () => this.#factory(),
      () => this.#factory(),
      () => this.#late(),
      () => this.#pair(),
      () => this.#order(),
      () => this.#looped(),
    ])();
    if (one(4)) this.#main();
  }

  #add(line: string): void {
    this.#lines.push(line);
  }

  #variable(): void {
    const { one } = this.#random;
    const name = this.#words.name('v');
    this.#add(one(4) ? `var ${name};` : `var ${name} = ${this.#plain()};`);
    this.#words.tops.push(name);
  }

  /** A name for something that may or may not become something else. */
  #alias(): void {
    const { pick, one } = this.#random;
    const name = this.#words.name('a');
    const fns = this.#words.functions.map((fn) => fn.name);
    const of = pick([
      'obj.x',
      'obj.y.z',
      'sensor.level',
      'count',
      'String.fromCharCode',
      'Math.max',
      'getTime',
      'String',
      '5',
      '2 + 3',
      'true',
      ...this.#words.tops,
      ...this.#words.objects.map((object) => `${object}.${pick(KEYS)}`),
      ...fns,
    ]);
    this.#add(`var ${name} = ${of};`);
    if (/fromCharCode$|max$/.test(of)) this.#words.functions.push({ name, arity: 1 });
    if (fns.includes(of)) this.#words.functions.push({ name, arity: 2 });
    this.#words.tops.push(name);
    if (one(2)) this.#add(pick(['obj.x = next();', 'obj.y = { z: "w" };', 'count++;', 'tick();']));
  }

  #flag(): void {
    const { pick, one } = this.#random;
    const name = this.#words.name('g');
    const fn = this.#words.name('f');
    const to = pick(['true', 'false', '!0', `${this.#plain()} === ${this.#plain()}`, '!next()', `!${name}`]);
    const reader = `function ${this.#words.name('r')}() { log(${name}, ${name} === true, ${name} && 5); }`;
    const parts = [
      pick([`var ${name};`, `var ${name} = false;`, `var ${name} = true;`]),
      `function ${fn}() { ${name} = ${to}; log(typeof ${name}); }`,
      reader,
    ];
    if (one(2)) parts.push(`${/r\d+/.exec(reader)![0]}();`);
    // Functions can be called before they are written.
    if (one(3)) parts.reverse();
    for (const part of parts) this.#add(part);
    this.#words.tops.push(name);
    this.#words.functions.push({ name: fn, arity: 0 }, { name: /r\d+/.exec(reader)![0], arity: 0 });
  }

  /** What a method or a handler may be. */
  #method(scope: Scope): string {
    const { one, pick } = this.#random;
    const inner = inside(scope, ['p']);
    return pick([
      () => `function (p) { log(${this.#expression(inner, 2)}); return ${this.#expression(inner, 2)}; }`,
      () => (one(4) ? 'function () { return this && this.n; }' : 'log'),
      () => `function (p) { return ${this.#expression(inner, 2)}; }`,
      () => `yes ? function (p) { return ${this.#expression(inner, 1)}; } : null`,
      () => (one(4) ? 'yes ? function () { return this && this.k; } : null' : 'null'),
      () => (this.#words.functions.length ? pick(this.#words.functions).name : 'log'),
      () => 'log',
    ])();
  }

  #literal(scope: Scope): string {
    const { one } = this.#random;
    const fields = [
      `n: ${this.#expression(scope, 1)}`,
      one(2) ? `k: ${this.#expression(scope, 1)}` : '',
      `get: ${this.#method(scope)}`,
      one(3) ? `set: ${this.#method(scope)}` : '',
    ];
    return `{ ${fields.filter((field) => field).join(', ')} }`;
  }

  #object(): void {
    const { one, pick } = this.#random;
    const name = this.#words.name('o');
    if (one(5)) this.#guarded(`log(${name}.n)`);
    this.#add(`var ${name} = ${this.#literal(this.#words.top())};`);
    this.#words.objects.push(name);
    this.#words.methods.push({ name: `${name}.get`, arity: 1 }, { name: `${name}.set`, arity: 1 });
    if (one(3))
      this.#add(`${name}.${pick(KEYS)} = ${one(2) ? this.#method(this.#words.top()) : this.#plain()};`);
    if (one(6)) this.#add(`log(${name}.toString === obj.toString);`);
    if (one(12)) this.#add(`log(typeof ${name}, ${name} && 1);`);
  }

  /** One expression, as what is written in place of its calls. */
  #small(): void {
    const { pick, one } = this.#random;
    const name = this.#words.name('f');
    const scope = inside(this.#words.top(), ['a', 'b']);
    const body = pick([
      () => this.#expression(scope, 3),
      () =>
        pick([
          'a + a',
          'b - a',
          'a',
          'next() + a',
          'a + next()',
          'b && a',
          'a ? b : a',
          'typeof a',
          'a === b',
        ]),
      () =>
        pick([
          'a()',
          'obj.x',
          'a.x',
          'a.length',
          'tick() + a',
          'count + a',
          'undefined',
          'String.fromCharCode(a)',
        ]),
      () => (this.#words.tops.length ? `(${pick(this.#words.tops)} = a) + b` : 'b + a'),
    ])();
    this.#add(`function ${name}(a, b) { return ${body}; }`);
    this.#words.functions.push({ name, arity: 2 });
    if (one(3))
      this.#add(`var ${this.#words.tops[this.#words.tops.push(this.#words.name('v')) - 1]!} = ${name};`);
  }

  #function(): void {
    const name = this.#words.name('f');
    const params = ['a', 'b'].slice(this.#random.below(3));
    const text = `function ${name}(${params.join(', ')}) {\n${this.#body(inside(this.#words.top(), params))}\n}`;
    this.#add(text);
    this.#words.functions.push({ name, arity: params.length });
  }

  /** A factory with options, its call, and what uses the result. */
  #factory(): void {
    const { one, pick } = this.#random;
    const [name, made, count] = [
      this.#words.name('create$').replace('$', 'P'),
      this.#words.name('o'),
      this.#words.name('c'),
    ];
    const outer = this.#words.top();
    const scope = inside(outer, [count]);
    const told = pick([
      'options.told(p)',
      'options.told && options.told(p)',
      'log(options.n)',
      'options.late(p)',
    ]);
    const late = one(2);
    const options = this.#words.name('e');
    const given = `{ n: ${this.#plain()}, k: ${this.#plain()}, told: ${this.#method(outer)} }`;
    const setLate = `${options}.late = ${this.#method(outer)};`;
    const body = [
      `var ${count} = ${pick(['0', 'options.n', 'options.n || 1', 'next()'])};`,
      one(3) ? `var ${count}later;` : '',
      `function add(p) { ${count} = ${count} + p; ${told}; return ${this.#expression(scope, 2)}; }`,
      one(3) ? `options.told(${count});` : '',
      one(3) ? `later(function () { log(${count}, options.n); });` : '',
      one(4) ? `${count}later = add;` : '',
    ];
    const result = `{ add: add, get: function (p) { return ${this.#expression(scope, 2)}; }, n: ${count} }`;
    this.#add(`function ${name}(options) {\n${body.filter((line) => line).join('\n')}\nreturn ${result};\n}`);
    if (late) this.#add(`var ${options} = ${given};`);
    if (late && one(2)) this.#add(setLate);
    const call = `${one(8) ? '/*@__NOINLINE__*/ ' : ''}${name}(${late ? options : given})`;
    this.#add(`var ${made} = ${call};`);
    if (late) this.#add(setLate);
    this.#words.objects.push(made);
    this.#words.methods.push({ name: `${made}.add`, arity: 1 }, { name: `${made}.get`, arity: 1 });
  }

  /** A function that is called before what it speaks of is there. */
  #late(): void {
    const { pick, one } = this.#random;
    const [name, fn] = [this.#words.name('v'), this.#words.name('f')];
    this.#add(
      `function ${fn}() { log(${pick([name, `typeof ${name}`, `${name} === undefined`, `${name} && 1`])}); }`,
    );
    if (one(2)) this.#add(`${fn}();`);
    else if (one(2)) this.#add(`later(${fn});`);
    else if (one(2)) this.#add(`obj.call(${fn});`);
    this.#add(`var ${name} = ${pick([this.#plain(), 'true', 'log', '{ n: 1 }'])};`);
    this.#words.tops.push(name);
    this.#words.functions.push({ name: fn, arity: 0 });
  }

  /** A small function, and what it is given: both do something, or ask for what the other changes. */
  #pair(): void {
    const { one, pick } = this.#random;
    const [fn, caller] = [this.#words.name('f'), this.#words.name('f')];
    const top = this.#words.tops.length ? pick(this.#words.tops) : 'count';
    const bodies = [
      'a + a',
      'next() + a',
      'tick() + a',
      'b - a',
      `${top} + a`,
      'obj.x + a',
      'a ? b : 0',
      `(${top} = b) + a`,
      'a + tick() + b',
      'b',
      '7',
    ];
    const given = (): string =>
      pick([
        'o.substr(1)',
        'o.x',
        'obj.x',
        'next()',
        top,
        'tick()',
        'o.y.z',
        'sensor.level',
        'p',
        "('a' + p).substr(1)",
        'getTime()',
      ]);
    this.#add(`function ${fn}(a, b) { return ${one(3) ? 'a + a' : pick(bodies)}; }`);
    this.#add(
      `function ${caller}(o, p) { log(${fn}(${one(2) ? 'o.substr(1)' : given()}, ${one(2) ? 'p' : given()}), ${top}); p = ${fn}(p, ${given()}); log(p); }`,
    );
    for (const args of ['obj, 1', "obj, 'b'", "'text', 2", '', 'sensor']) this.#guarded(`${caller}(${args})`);
    this.#words.functions.push({ name: fn, arity: 2 });
  }

  /** A small function that asks for what its argument changes. */
  #order(): void {
    const { pick } = this.#random;
    const [fn, caller, setter] = [this.#words.name('f'), this.#words.name('f'), this.#words.name('f')];
    const top = this.#words.tops.length ? pick(this.#words.tops) : 'count';
    this.#add(`function ${setter}() { var l = ${this.#plain()}; ${top} = l; return 'set'; }`);
    this.#add(`function ${fn}(a) { return ${pick([`${top} + a`, `obj.x + a`, `a + ${top}`])}; }`);
    this.#add(`function ${caller}() { log(${fn}(${pick([`${setter}()`, 'tick()', 'next()'])})); }`);
    this.#guarded(`${caller}()`);
  }

  /** A function with names that have a value only sometimes, called in a loop. */
  #looped(): void {
    const { pick } = this.#random;
    const [fn, caller, local] = [this.#words.name('f'), this.#words.name('f'), this.#words.name('l')];
    const body = pick([
      `if (a > 1) { var ${local} = a; } log(${local});`,
      `var ${local}; log(${local}); ${local} = a;`,
      `log(${local}); var ${local} = a; log(${local});`,
      `if (a === 2) return; var ${local} = a; log(${local});`,
      `for (var ${local} = 0; ${local} < a; ${local}++) log(${local});`,
    ]);
    this.#add(`function ${fn}(a) { ${body} }`);
    this.#add(`function ${caller}(n) { for (var i = n; i; i--) { ${fn}(i); } log(n); }`);
    this.#guarded(`${caller}(3)`);
  }

  #guarded(text: string): void {
    this.#add(`try { ${text}; } catch (e) { log('caught', e && e.name || e); }`);
  }

  #main(): void {
    const name = this.#words.name('main');
    const scope = inside(this.#words.top(), []);
    this.#add(
      `function ${name}() {\ntry {\n${this.#body(scope)}\n} catch (e) { log('caught', e && e.name || e); }\n}`,
    );
    const { pick } = this.#random;
    this.#add(pick([`${name}();`, `${name}();`, `later(${name});`, `${name}(); later(${name});`]));
    if (this.#words.objects.length && this.#random.one(3)) {
      const object = pick(this.#words.objects);
      this.#add(`${object}.${pick(KEYS)} = ${this.#plain()};`);
    }
  }

  #body(scope: Scope): string {
    const { below, one } = this.#random;
    const local = this.#words.name('l');
    const inner: Scope = {
      ...scope,
      values: [...scope.values, local],
      variables: [...scope.variables, local],
    };
    const lines = [
      `log('in ${local}', ${this.#value(scope)});`,
      one(4) ? `var ${local};` : `var ${local} = ${this.#expression(scope, 2)};`,
    ];
    for (let n = 1 + below(4); n > 0; n--) lines.push(this.#statement(inner, 2));
    if (one(2)) lines.push(`return ${this.#expression(inner, 2)};`);
    return lines.join('\n');
  }

  #statement(scope: Scope, depth: number): string {
    const { one, pick } = this.#random;
    const simple = [
      () => `log(${this.#expression(scope, depth)}, ${this.#expression(scope, 1)});`,
      () => `${pick(scope.variables)} = ${this.#expression(scope, depth)};`,
      () => `${this.#call(scope, 1)};`,
      () => `${this.#call(scope, 1)};`,
      () => `log(${this.#call(scope, 1)});`,
      () => `log(${this.#call(scope, 2)});`,
      () => `var ${this.#local(scope)} = ${this.#call(scope, 1)};`,
      () =>
        `${pick(['obj.x', 'obj.y', ...this.#words.objects.map((name) => `${name}.${pick(KEYS)}`)])} = ${this.#expression(scope, 1)};`,
      () => 'tick();',
    ];
    const nested = [
      () => `if (${this.#expression(scope, 2)}) { ${this.#statement(scope, depth - 1)} }`,
      () =>
        `if (${this.#expression(scope, 1)}) { ${this.#statement(scope, depth - 1)} } else ${this.#call(scope, 1)};`,
      () => this.#loop(scope, depth),
      () => `if (${this.#expression(scope, 2)}) return${one(2) ? '' : ` ${this.#expression(scope, 1)}`};`,
      () => `later(function () { log(${this.#expression(scope, 1)}); });`,
      () => `try { ${this.#statement(scope, depth - 1)} } catch (e) { log('in', e && e.name || e); }`,
      () => `if (${this.#expression(scope, 1)}) throw ${pick(["'x'", '0', 'next()'])};`,
      () =>
        `switch (${this.#expression(scope, 1)}) { case 1: ${this.#statement(scope, depth - 1)} break; default: log('d'); }`,
    ];
    return (depth > 0 && one(3) ? pick(nested) : pick(simple))();
  }

  #local(scope: Scope): string {
    const name = this.#words.name('l');
    scope.values.push(name);
    return name;
  }

  #loop(scope: Scope, depth: number): string {
    const { pick } = this.#random;
    if (++this.#loops > 4) return 'tick();';
    const i = this.#words.name('i');
    const inner = { ...scope, values: [...scope.values, i] };
    const body = this.#statement(inner, depth - 1) + this.#statement(inner, depth - 1);
    return pick([
      `for (var ${i} = 0; ${i} < 3; ${i}++) { ${body} }`,
      `var ${i} = 2; while (${i}--) { ${body} }`,
      `for (var ${i} in obj.y) { ${body} }`,
    ]);
  }

  #call(scope: Scope, depth: number): string {
    const { pick, one } = this.#random;
    const callables = [...this.#words.functions, ...this.#words.functions, ...this.#words.methods];
    if (!callables.length) return 'tick()';
    const { name, arity } = pick(callables);
    const args = Array.from({ length: one(6) ? arity + 1 : one(6) ? 0 : arity }, () =>
      one(5)
        ? pick(['obj.x', 'obj.call', 'next()', 'sensor.level', 'tick()', 'obj.substr(1)'])
        : this.#expression(scope, depth),
    );
    const mark = one(12) && !name.includes('.') ? '/*@__NOINLINE__*/ ' : '';
    return `${mark}${name}(${args.join(', ')})`;
  }

  #plain(): string {
    return this.#random.pick([
      '0',
      '1',
      '2',
      '7',
      "''",
      "'a'",
      "'0'",
      "'1'",
      'true',
      'false',
      'undefined',
      'null',
      'next()',
      '1.5',
      "'b' + 1",
      '-1',
      '[]',
      '!0',
    ]);
  }

  #expression(scope: Scope, depth: number): string {
    const { pick, one } = this.#random;
    if (depth <= 0 || one(3)) return scope.values.length && !one(3) ? this.#value(scope) : this.#plain();
    const part = (): string => this.#expression(scope, depth - 1);
    const operator = (): string => pick(['+', '-', '*', '===', '!==', '===', '<', '&', '|', '==', '>>']);
    return pick([
      () => `(${part()} ${operator()} ${part()})`,
      () => `(${part()} ${operator()} ${part()})`,
      () => `(${part()} ${pick(['&&', '||'])} ${part()})`,
      () => `(${part()} ? ${part()} : ${part()})`,
      () => `${pick(['!', '-', 'typeof '])}${this.#value(scope)}`,
      () => `('' + ${part()}).${pick(['substr(1)', 'length', 'charCodeAt(0)', "indexOf('a')"])}`,
      () => `${this.#value(scope)}.${pick(['substr(1)', 'length', 'n', 'x'])}`,
      () =>
        pick([
          'obj.x',
          'obj.substr(1)',
          'sensor.level',
          'obj.y.z',
          'getTime()',
          'next()',
          'tick()',
          'count',
          'yes',
        ]),
      () => `(${scope.variables.length ? pick(scope.variables) : 'count'} ${pick(['=', '+='])} ${part()})`,
      () => (scope.variables.length ? `${pick(scope.variables)}++` : 'count++'),
      () => `[${part()}, ${part()}][${pick(['0', '1', 'next()'])}]`,
      () => this.#call(scope, depth - 1),
      () => this.#call(scope, depth - 1),
      () => (scope.inFunction ? pick(['arguments.length', 'arguments[0]', 'typeof this']) : part()),
      () => `String.fromCharCode(${pick(['65', 'next()', '66'])})`,
      () => `(function (q) { return ${this.#expression(inside(scope, ['q']), depth - 1)}; })(${part()})`,
      () => (this.#words.objects.length ? `${pick(this.#words.objects)}.${pick(KEYS)}` : 'obj.x'),
    ])();
  }

  #value(scope: Scope): string {
    return scope.values.length ? this.#random.pick(scope.values) : 'obj.x';
  }
}

export function generate(seed: number): string {
  return new Generator(seed).program();
}
