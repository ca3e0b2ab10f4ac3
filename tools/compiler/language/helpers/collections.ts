/** Map and Set, and what objects lack. */
export const COLLECTIONS = {
  Map: {
    means: 'Map',
    needs: ['list', 'walkList'],
    code: `function $Map(x) {
  this["\\xffk"] = [];
  this["\\xffv"] = [];
  var m = this;
  if (x) $list(x).forEach(function (e) { m.set(e[0], e[1]); });
}
$Map.prototype.i = function (k) {
  return k !== k ? this["\\xffk"].findIndex(function (x) { return x !== x; }) : this["\\xffk"].indexOf(k);
};
$Map.prototype.has = function (k) { return this.i(k) >= 0; };
$Map.prototype.get = function (k) {
  var i = this.i(k);
  return i < 0 ? undefined : this["\\xffv"][i];
};
$Map.prototype.set = function (k, v) {
  var i = this.i(k);
  if (i < 0) i = this["\\xffk"].push(k) - 1;
  this["\\xffv"][i] = v;
  return this;
};
$Map.prototype.delete = function (k) {
  var i = this.i(k);
  if (i < 0) return false;
  this["\\xffk"].splice(i, 1);
  this["\\xffv"].splice(i, 1);
  return true;
};
$Map.prototype.clear = function () { this["\\xffk"] = []; this["\\xffv"] = []; };
$Map.prototype.forEach = function (f, t) {
  for (var i = 0; i < this["\\xffk"].length; i++) {
    var k = this["\\xffk"][i];
    f.call(t, this["\\xffv"][i], k, this);
    if (this["\\xffk"][i] !== k && k === k && this["\\xffk"].indexOf(k) < 0) i--;
  }
};
$Map.prototype.keys = function () { return $walkList(this, function (m, i) { return m["\\xffk"][i]; }); };
$Map.prototype.values = function () { return $walkList(this, function (m, i) { return m["\\xffv"][i]; }); };
$Map.prototype.entries = function () { return $walkList(this, function (m, i) { return [m["\\xffk"][i], m["\\xffv"][i]]; }); };
Object.defineProperty($Map.prototype, "size", { get: function () { return this["\\xffk"].length; } });
$Map.prototype["@@iterator"] = $Map.prototype.entries;`,
  },
  Set: {
    means: 'Set',
    needs: ['list', 'walkList'],
    code: `function $Set(x) {
  this["\\xffk"] = [];
  var s = this;
  if (x) $list(x).forEach(function (e) { s.add(e); });
}
$Set.prototype.i = function (k) {
  return k !== k ? this["\\xffk"].findIndex(function (x) { return x !== x; }) : this["\\xffk"].indexOf(k);
};
$Set.prototype.has = function (k) { return this.i(k) >= 0; };
$Set.prototype.add = function (k) {
  if (this.i(k) < 0) this["\\xffk"].push(k);
  return this;
};
$Set.prototype.delete = function (k) {
  var i = this.i(k);
  if (i < 0) return false;
  this["\\xffk"].splice(i, 1);
  return true;
};
$Set.prototype.clear = function () { this["\\xffk"] = []; };
$Set.prototype.forEach = function (f, t) {
  for (var i = 0; i < this["\\xffk"].length; i++) {
    var k = this["\\xffk"][i];
    f.call(t, k, k, this);
    if (this["\\xffk"][i] !== k && k === k && this["\\xffk"].indexOf(k) < 0) i--;
  }
};
$Set.prototype.values = function () { return $walkList(this, function (m, i) { return m["\\xffk"][i]; }); };
$Set.prototype.keys = $Set.prototype.values;
$Set.prototype.entries = function () { return $walkList(this, function (m, i) { return [m["\\xffk"][i], m["\\xffk"][i]]; }); };
Object.defineProperty($Set.prototype, "size", { get: function () { return this["\\xffk"].length; } });
$Set.prototype["@@iterator"] = $Set.prototype.values;`,
  },
  walkList: {
    means: 'the iterators of Map and Set',
    code: `function $walkList(m, f) {
  var i = 0, last, w = {
    next: function () {
      if (i > 0 && m["\\xffk"][i - 1] !== last && last === last && m["\\xffk"].indexOf(last) < 0) i--;
      if (i >= m["\\xffk"].length) return { value: undefined, done: true };
      last = m["\\xffk"][i];
      return { value: f(m, i++), done: false };
    }
  };
  w["@@iterator"] = function () { return w; };
  return w;
}`,
  },
  keysOf: {
    means: 'for...in over objects of classes',
    code: `function $keysOf(o, methods) {
  var r = [];
  for (var k in o || []) if (!methods || methods.indexOf(k) < 0 || Object.prototype.hasOwnProperty.call(o, k)) r.push(k);
  return r;
}`,
  },
  symbol: {
    means: 'Symbol()',
    code: `function $symbol(name) {
  $symbol.n = ($symbol.n || 0) + 1;
  return "\\xff@" + $symbol.n + (name || "");
}`,
  },
  objectIs: {
    means: 'Object.is()',
    code: `function $objectIs(a, b) {
  return a === b ? a !== 0 || 1 / a === 1 / b : a !== a && b !== b;
}`,
  },
  typeTag: {
    means: 'Object.prototype.toString.call()',
    code: `function $typeTag(x) {
  if (x === null) return "[object Null]";
  if (Array.isArray(x)) return "[object Array]";
  var t = typeof x;
  if (t == "object") t = x instanceof Date ? "Date" : x instanceof RegExp ? "RegExp" : x instanceof Error ? "Error" : "Object";
  return "[object " + t[0].toUpperCase() + t.substr(1) + "]";
}`,
  },
  hasOwn: {
    means: 'Object.hasOwn()',
    code: `function $hasOwn(o, k) {
  return Object.prototype.hasOwnProperty.call(o, k);
}`,
  },
  groupBy: {
    means: 'Object.groupBy()',
    needs: ['list'],
    code: `function $groupBy(x, f) {
  var r = {};
  $list(x).forEach(function (v, i) { var k = f(v, i); if (r[k]) r[k].push(v); else r[k] = [v]; });
  return r;
}`,
  },
  clone: {
    means: 'structuredClone()',
    code: `function $clone(x) {
  if (x === null || typeof x != "object") return x;
  if (x instanceof Date) return new Date(x.getTime());
  if (x instanceof ArrayBuffer || x.buffer instanceof ArrayBuffer) return x.slice();
  var r = Array.isArray(x) ? [] : {};
  Object.keys(x).forEach(function (k) { r[k] = $clone(x[k]); });
  return r;
}`,
  },
  statics: {
    means: 'static members of a base class',
    code: `function $statics(C, B) {
  Object.keys(B).forEach(function (k) {
    if (k === "prototype" || k === "name" || Object.keys(C).indexOf(k) >= 0) return;
    var d = Object.getOwnPropertyDescriptor(B, k);
    if (d && !d.get && !d.set && typeof B[k] == "function") { C[k] = B[k]; return; }
    Object.defineProperty(C, k, {
      configurable: true,
      enumerable: true,
      get: function () { return d && d.get ? d.get.call(this) : B[k]; },
      set: function (v) {
        if (d && d.set) d.set.call(this, v);
        else if (!d || !d.get) Object.defineProperty(this, k, { value: v, writable: true, enumerable: true, configurable: true });
      }
    });
  });
}`,
  },
  inherited: {
    means: 'reading a value through super',
    code: `function $inherited(P, k, self) {
  for (var p = P; p; p = Object.getPrototypeOf(p)) {
    var d = Object.getOwnPropertyDescriptor(p, k);
    if (d) return d.get ? d.get.call(self) : p[k];
  }
}`,
  },
  setInherited: {
    means: 'setting a value through super',
    code: `function $setInherited(P, k, self, v) {
  for (var p = P; p; p = Object.getPrototypeOf(p)) {
    var d = Object.getOwnPropertyDescriptor(p, k);
    if (d && d.set) { d.set.call(self, v); return v; }
    if (d) break;
  }
  self[k] = v;
  return v;
}`,
  },
  fromEntries: {
    means: 'Object.fromEntries()',
    needs: ['list'],
    code: `function $fromEntries(x) {
  var r = {};
  $list(x).forEach(function (e) { r[e[0]] = e[1]; });
  return r;
}`,
  },
  race: {
    means: 'Promise.race()',
    needs: ['list'],
    code: `function $race(x) {
  return new Promise(function (res, rej) {
    $list(x).forEach(function (p) { Promise.resolve(p).then(res, rej); });
  });
}`,
  },
  allSettled: {
    means: 'Promise.allSettled()',
    needs: ['list'],
    code: `function $allSettled(x) {
  return Promise.all($list(x).map(function (p) {
    return Promise.resolve(p).then(function (v) { return { status: "fulfilled", value: v }; },
      function (e) { return { status: "rejected", reason: e }; });
  }));
}`,
  },
  any: {
    means: 'Promise.any()',
    needs: ['list'],
    code: `function $any(x) {
  return new Promise(function (res, rej) {
    var left = $list(x).length;
    $list(x).forEach(function (p) {
      Promise.resolve(p).then(res, function () { if (!--left) rej(new Error("All promises were rejected")); });
    });
  });
}`,
  },
  afterwards: {
    means: '.finally() of a promise',
    code: `function $afterwards(p, f) {
  if (p.finally) return p.finally(f);
  return p.then(function (v) { return Promise.resolve(f()).then(function () { return v; }); },
    function (e) { return Promise.resolve(f()).then(function () { throw e; }); });
}`,
  },
  soon: {
    means: 'queueMicrotask()',
    code: `function $soon(f) {
  Promise.resolve().then(function () { f(); });
}`,
  },
} as const;
