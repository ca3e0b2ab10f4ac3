/** Arrays, spread, and walking through what has an iterator. */
export const LISTS = {
  list: {
    means: 'spread of what may be no array',
    code: `function $list(x, n) {
  if (Array.isArray(x)) return x;
  if (typeof x == "string") return x.split("");
  var r = [];
  if (x && !x.buffer && x["@@iterator"]) {
    var w = x["@@iterator"](), t;
    while ((n === undefined || r.length < n) && !(t = w.next()).done) r.push(t.value);
    if (n !== undefined && !(t && t.done) && w.return) w.return();
    return r;
  }
  if (!x || typeof x.length != "number") throw new TypeError("it cannot be walked through");
  return r.slice.call(x);
}`,
  },
  walk: {
    means: 'for...of over what may have an iterator',
    code: `function $walk(x) {
  if (x && typeof x == "object" && !x.buffer && x["@@iterator"]) return x["@@iterator"]();
  if (typeof x != "string" && (!x || typeof x.length != "number")) throw new TypeError("it cannot be walked through");
  var i = 0;
  return { next: function () { return i < x.length ? { value: x[i++], done: false } : { value: undefined, done: true }; } };
}`,
  },
  walkAsync: {
    means: 'for await',
    needs: ['walk'],
    code: `function $walkAsync(x) {
  return x && !Array.isArray(x) && x["@@asyncIterator"] ? x["@@asyncIterator"]() : $walk(x);
}`,
  },
  leave: {
    means: 'leaving for...of early',
    code: `function $leave(w, t) {
  if (!(t && t.done) && w.return) return w.return();
}`,
  },
  strings: {
    means: 'the raw texts of tagged templates',
    code: `function $strings(s, raw) {
  s.raw = raw;
  return s;
}`,
  },
  make: {
    means: 'new with spread',
    code: `function $make(C, a) {
  switch (a.length) {
    case 0: return new C();
    case 1: return new C(a[0]);
    case 2: return new C(a[0], a[1]);
    case 3: return new C(a[0], a[1], a[2]);
    case 4: return new C(a[0], a[1], a[2], a[3]);
    case 5: return new C(a[0], a[1], a[2], a[3], a[4]);
    case 6: return new C(a[0], a[1], a[2], a[3], a[4], a[5]);
  }
  var s = "return new C(";
  for (var i = 0; i < a.length; i++) s += (i ? "," : "") + "a[" + i + "]";
  return new Function("C", "a", s + ")")(C, a);
}`,
  },
  omit: {
    means: 'the rest of an object',
    code: `function $omit(o, keys) {
  var r = {};
  Object.keys(o).forEach(function (k) { if (keys.indexOf(k) < 0) r[k] = o[k]; });
  return r;
}`,
  },
  each: {
    means: 'walks through an array that changes meanwhile',
    code: `function $each(a, how, f, self) {
  if (!Array.isArray(a)) return a[how](f, self);
  var n = a.length, finds = how == "find" || how == "findIndex", r = [], v, t;
  for (var i = 0; i < n; i++) {
    if (!finds && !(i in a)) continue;
    v = a[i];
    t = f.call(self, v, i, a);
    if (how == "map") r[i] = t;
    else if (how == "forEach" || !t == (how != "every")) continue;
    else if (how == "filter") r.push(v);
    else return finds ? (how == "find" ? v : i) : how == "some";
  }
  if (how == "map" && r.length < n) r[n - 1] = undefined;
  if (how == "map" || how == "filter") return r;
  if (how != "forEach" && how != "find") return how == "findIndex" ? -1 : how == "every";
}`,
  },
  reduce: {
    means: 'reduce() of an array that changes meanwhile',
    code: `function $reduce(a, given, f, v) {
  if (!Array.isArray(a)) return given < 2 ? a.reduce(f) : a.reduce(f, v);
  var n = a.length, i = 0;
  if (given < 2) {
    if (!n) throw new TypeError("reduce of nothing");
    v = a[i++];
  }
  for (; i < n; i++) if (i in a) v = f(v, a[i], i, a);
  return v;
}`,
  },
  put: {
    means: 'assignment to what has a getter',
    code: `function $put(o, k, v) {
  for (o[k] of [v]);
  return v;
}`,
  },
  setLength: {
    means: 'assignment to length',
    code: `function $setLength(a, n) {
  if (!Array.isArray(a)) return (a.length = n);
  if (n < a.length) a.splice(n, a.length - n);
  else if (n > a.length) { a[n - 1] = undefined; }
  return n;
}`,
  },
  sort: {
    means: 'sort() with a function, which keeps the order of equals',
    code: `function $sort(a, f) {
  if (!Array.isArray(a) || typeof f != "function") return a.sort(f);
  var n = a.length, from = a.filter(function (x) { return x !== undefined; }), to = [], m = from.length;
  for (var w = 1; w < m; w *= 2) {
    for (var s = 0; s < m; s += 2 * w) {
      var i = s, l = Math.min(s + w, m), j = l, r = Math.min(s + 2 * w, m);
      for (var k = s; k < r; k++) to[k] = i < l && (j >= r || !(f(from[i], from[j]) > 0)) ? from[i++] : from[j++];
    }
    var x = from; from = to; to = x;
  }
  for (var y = 0; y < n; y++) a[y] = from[y];
  return a;
}`,
  },
  flat: {
    means: '.flat()',
    code: `function $flat(a, d) {
  if (!Array.isArray(a)) return a.flat(d);
  if (d === undefined) d = 1;
  var r = [];
  a.forEach(function (x) { if (d > 0 && Array.isArray(x)) r = r.concat($flat(x, d - 1)); else r.push(x); });
  return r;
}`,
  },
  flatMap: {
    means: '.flatMap()',
    code: `function $flatMap(a, f) {
  return Array.isArray(a) ? [].concat.apply([], a.map(f)) : a.flatMap(f);
}`,
  },
  at: {
    means: '.at()',
    code: `function $at(a, i) {
  if (typeof a != "string" && typeof a.length != "number" || a.at) return a.at(i);
  return a[i < 0 ? a.length + i : i || 0];
}`,
  },
  findLastIndex: {
    means: '.findLastIndex()',
    code: `function $findLastIndex(a, f) {
  if (a.findLastIndex) return a.findLastIndex(f);
  for (var i = a.length - 1; i >= 0; i--) if (f(a[i], i, a)) return i;
  return -1;
}`,
  },
  findLast: {
    means: '.findLast()',
    needs: ['findLastIndex'],
    code: `function $findLast(a, f) {
  return a.findLast ? a.findLast(f) : a[$findLastIndex(a, f)];
}`,
  },
  lastIndexOf: {
    means: '.lastIndexOf() of an array',
    code: `function $lastIndexOf(a, x, from) {
  if (a.lastIndexOf) return from === undefined ? a.lastIndexOf(x) : a.lastIndexOf(x, from);
  if (from === undefined) from = a.length - 1;
  for (var i = from < 0 ? a.length + from : Math.min(from, a.length - 1); i >= 0; i--) if (a[i] === x) return i;
  return -1;
}`,
  },
  reduceRight: {
    means: '.reduceRight()',
    code: `function $reduceRight(a, f) {
  var i = a.length - 1, r = [].slice.call(arguments, 2), v = r[0];
  if (a.reduceRight) return r.length ? a.reduceRight(f, v) : a.reduceRight(f);
  if (!r.length) { if (i < 0) throw new TypeError("Reduce of empty array with no initial value"); v = a[i--]; }
  for (; i >= 0; i--) v = f(v, a[i], i, a);
  return v;
}`,
  },
  toSorted: {
    means: '.toSorted()',
    needs: ['sort'],
    code: `function $toSorted(a, f) {
  return Array.isArray(a) ? (f ? $sort(a.slice(), f) : a.slice().sort()) : a.toSorted(f);
}`,
  },
  toReversed: {
    means: '.toReversed()',
    code: `function $toReversed(a) {
  return Array.isArray(a) ? a.slice().reverse() : a.toReversed();
}`,
  },
  toSpliced: {
    means: '.toSpliced()',
    code: `function $toSpliced(a) {
  var r = a.slice(), args = [].slice.call(arguments, 1);
  r.splice.apply(r, args);
  return r;
}`,
  },
  arrayWith: {
    means: '.with()',
    code: `function $arrayWith(a, i, v) {
  if (!Array.isArray(a)) return a.with(i, v);
  var r = a.slice();
  r[i < 0 ? a.length + i : i] = v;
  return r;
}`,
  },
  copyWithin: {
    means: '.copyWithin()',
    code: `function $copyWithin(a, to, from, end) {
  if (from < 0) from += a.length;
  if (to < 0) to += a.length;
  if (end === undefined) end = a.length;
  var part = [].slice.call(a, from || 0, end);
  for (var i = 0; i < part.length && to + i < a.length; i++) a[to + i] = part[i];
  return a;
}`,
  },
  keys: {
    means: '.keys() of an array',
    code: `function $keys(a) {
  if (!Array.isArray(a)) return a.keys();
  var i = 0, w = { next: function () { return i < a.length ? { value: i++, done: false } : { value: undefined, done: true }; } };
  w["@@iterator"] = function () { return w; };
  return w;
}`,
  },
  values: {
    means: '.values() of an array',
    code: `function $values(a) {
  if (!Array.isArray(a)) return a.values();
  var i = 0, w = { next: function () { return i < a.length ? { value: a[i++], done: false } : { value: undefined, done: true }; } };
  w["@@iterator"] = function () { return w; };
  return w;
}`,
  },
  entries: {
    means: '.entries() of an array',
    code: `function $entries(a) {
  if (!Array.isArray(a)) return a.entries();
  var i = 0, w = { next: function () { return i < a.length ? { value: [i, a[i++]], done: false } : { value: undefined, done: true }; } };
  w["@@iterator"] = function () { return w; };
  return w;
}`,
  },
  arrayFrom: {
    means: 'Array.from()',
    needs: ['list'],
    code: `function $arrayFrom(x, f) {
  var r = [], i;
  if (x && typeof x == "object" && !Array.isArray(x) && (x.buffer || !x["@@iterator"])) for (i = 0; i < (x.length || 0); i++) r.push(x[i]);
  else r = r.concat($list(x));
  if (f) for (i = 0; i < r.length; i++) r[i] = f(r[i], i);
  return r;
}`,
  },
  sameKind: {
    means: '.slice() and .filter() of typed arrays',
    code: `function $sameKind(a, name) {
  var r = a[name].apply(a, [].slice.call(arguments, 2));
  return Array.isArray(r) && !Array.isArray(a) && a.buffer ? new a.constructor(r) : r;
}`,
  },
  arrayOf: {
    means: 'Array.of()',
    code: `function $arrayOf() {
  return [].slice.call(arguments);
}`,
  },
} as const;
