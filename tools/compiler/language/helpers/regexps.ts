/**
 * Regular expressions with all that Espruino's own have not: a pattern becomes a program, a text of one-letter instructions,
 * which is run with a stack of its own. It must not call itself for a character: a board's C stack would end soon.
 */
export const REGEXPS = {
  regexpOne: {
    means: 'one character of a regular expression',
    code: `function $regexpOne(p, at, c) {
  var o = p[at];
  if (!(c >= 0)) return false;
  if (o == "c") return p.charCodeAt(at + 1) == c;
  if (o == "d") return c != 10 && c != 13;
  if (o == "D") return true;
  for (var n = p.charCodeAt(at + 1), i = at + 2; n > 0; n--, i += 2)
    if (c >= p.charCodeAt(i) && c <= p.charCodeAt(i + 1)) return o == "[";
  return o != "[";
}`,
  },
  regexpRun: {
    means: 'matching of regular expressions that Espruino does not know',
    needs: ['regexpOne'],
    code: `function $regexpRun(p, s, pc, i, c, end) {
  var k = [], o, n, lo, hi, to, ok, q;
  for (;;) {
    o = p[pc];
    ok = true;
    to = p.charCodeAt(pc + 1) * 256 + p.charCodeAt(pc + 2);
    if (o == ".") { if (end === undefined || i === end) return i; ok = false; }
    else if (o == "c" || o == "d" || o == "D" || o == "[" || o == "]") {
      ok = $regexpOne(p, pc, s.charCodeAt(i));
      i++;
      pc += o == "c" ? 2 : o == "d" || o == "D" ? 1 : 2 + 2 * p.charCodeAt(pc + 1);
    } else if (o == "r" || o == "l") {
      lo = p.charCodeAt(pc + 3);
      hi = p.charCodeAt(pc + 4);
      q = pc + 5;
      n = 0;
      while (n < (o == "r" ? hi : lo) && $regexpOne(p, q, s.charCodeAt(i + n))) n++;
      while (hi == 255 && o == "r" && $regexpOne(p, q, s.charCodeAt(i + n))) n++;
      if (n < lo) ok = false;
      else {
        if (o == "r" && n > lo) k.push(1, to, i + n, i + lo);
        if (o == "l" && hi > lo) k.push(2, pc, i + n, hi == 255 ? -1 : i + hi);
        i += n;
        pc = to;
      }
    } else if (o == "|") { k.push(0, to, i, 0); pc += 3; }
    else if (o == "?") { k.push(0, pc + 3, i, 0); pc = to; }
    else if (o == "j") pc = to;
    else if (o == "(") { n = p.charCodeAt(pc + 1); k.push(3, n, c[n], 0); c[n] = i; pc += 2; }
    else if (o == "x") {
      for (n = 2 * p.charCodeAt(pc + 1); n < 2 * p.charCodeAt(pc + 2); n++)
        if (c[n] !== undefined) { k.push(3, n, c[n], 0); c[n] = undefined; }
      pc += 3;
    } else if (o == "Z") { ok = c[p.charCodeAt(pc + 1)] !== i; pc += 2; }
    else if (o == "^") { ok = i === 0; pc++; }
    else if (o == "$") { ok = i === s.length; pc++; }
    else if (o == "m") { ok = i === 0 || s[i - 1] == "\\n"; pc++; }
    else if (o == "M") { ok = i === s.length || s[i] == "\\n"; pc++; }
    else if (o == "w" || o == "W") {
      n = $regexpOne("[\\x040" + "9AZaz__", 0, s.charCodeAt(i - 1)) != $regexpOne("[\\x040" + "9AZaz__", 0, s.charCodeAt(i));
      ok = n == (o == "w");
      pc++;
    } else if (o == "b" || o == "B") {
      n = 2 * p.charCodeAt(pc + 1);
      q = c[n + 1] === undefined ? "" : s.substring(c[n], c[n + 1]);
      n = s.substr(i, q.length);
      ok = o == "b" ? n === q : n.toLowerCase() === q.toLowerCase();
      i += q.length;
      pc += 2;
    } else if (o == "=" || o == "!") {
      q = c.slice();
      n = $regexpRun(p, s, pc + 3, i, q);
      ok = (n >= 0) == (o == "=");
      if (o == "=" && ok) for (n = 0; n < q.length; n++) if (q[n] !== c[n]) { k.push(3, n, c[n], 0); c[n] = q[n]; }
      pc = to;
    } else {
      for (n = i, q = -1; n >= 0 && q < 0; n--) q = $regexpRun(p, s, pc + 3, n, c.slice(), i);
      ok = (q >= 0) == (o == "<");
      pc = to;
    }
    while (!ok) {
      if (!k.length) return -1;
      hi = k.pop();
      i = k.pop();
      pc = k.pop();
      n = k.pop();
      if (n == 3) { c[pc] = i; continue; }
      ok = true;
      if (n == 1) {
        i--;
        if (i > hi) k.push(1, pc, i, hi);
      } else if (n == 2) {
        ok = $regexpOne(p, pc + 5, s.charCodeAt(i));
        i++;
        if (ok) {
          if (hi < 0 || i < hi) k.push(2, pc, i, hi);
          pc = p.charCodeAt(pc + 1) * 256 + p.charCodeAt(pc + 2);
        }
      }
    }
  }
}`,
  },
  regexpText: {
    means: '$ in .replace()',
    code: `function $regexpText(by, m, s) {
  if (by.indexOf("$") < 0) return by;
  var r = "";
  for (var i = 0; i < by.length; i++) {
    var c = by[i + 1], n = c >= "0" && c <= "9" ? +c : -1;
    if (by[i] != "$" || c === undefined) { r += by[i]; continue; }
    i++;
    if (n >= 0 && by[i + 1] >= "0" && by[i + 1] <= "9" && n * 10 + +by[i + 1] < m.length) n = n * 10 + +by[++i];
    if (n > 0 && n < m.length) r += m[n] === undefined ? "" : m[n];
    else if (c == "$") r += "$";
    else if (c == "&") r += m[0];
    else if (c == "\`") r += s.substr(0, m.index);
    else if (c == "'") r += s.substr(m.index + m[0].length);
    else if (c == "<" && m.groups && by.indexOf(">", i) > 0) {
      n = by.substring(i + 1, by.indexOf(">", i));
      r += m.groups[n] === undefined ? "" : m.groups[n];
      i = by.indexOf(">", i);
    } else r += "$" + c;
  }
  return r;
}`,
  },
  regexp: {
    means: 'regular expressions that Espruino does not know',
    needs: ['regexpRun', 'regexpText'],
    code: `function $regexp(p, names, source, flags) {
  if (!(this instanceof $regexp)) return new $regexp(p, names, source, flags);
  this.p = p;
  this.names = names;
  this.source = source;
  this.flags = flags;
  this.global = flags.indexOf("g") >= 0;
  this.sticky = flags.indexOf("y") >= 0;
  this.ignoreCase = flags.indexOf("i") >= 0;
  this.multiline = flags.indexOf("m") >= 0;
  this.lastIndex = 0;
}
$regexp.prototype.find = function (s, i, sticky) {
  for (; i <= s.length; i++) {
    var c = [], e = $regexpRun(this.p, s, 1, i, c), n = this.names;
    if (e >= 0) {
      var m = [s.substring(i, e)];
      for (var j = 1; j <= this.p.charCodeAt(0); j++)
        m.push(c[2 * j + 1] === undefined ? undefined : s.substring(c[2 * j], c[2 * j + 1]));
      m.index = i;
      m.input = s;
      if (n) {
        m.groups = {};
        for (j in n) m.groups[j] = m[n[j]];
      }
      return m;
    }
    if (sticky) break;
  }
  return null;
};
$regexp.prototype.exec = function (s) {
  var keeps = this.global || this.sticky;
  s = "" + s;
  var m = keeps && this.lastIndex > s.length ? null : this.find(s, keeps ? this.lastIndex : 0, this.sticky);
  if (keeps) this.lastIndex = m ? m.index + m[0].length : 0;
  return m;
};
$regexp.prototype.test = function (s) { return this.exec(s) !== null; };
$regexp.prototype.toString = function () { return "/" + this.source + "/" + this.flags; };
$regexp.prototype.each = function (s, f) {
  var i = 0, m;
  while (i <= s.length && (m = this.find(s, i, this.sticky))) {
    f(m);
    i = m.index + m[0].length + (m[0].length ? 0 : 1);
    if (!this.global) break;
  }
};
$regexp.prototype._match = function (s) {
  if (!this.global) return this.exec(s);
  var r = [];
  this.lastIndex = 0;
  this.each(s, function (m) { r.push(m[0]); });
  return r.length ? r : null;
};
$regexp.prototype._replace = function (s, by) {
  var r = "", at = 0;
  this.lastIndex = 0;
  this.each(s, function (m) {
    r += s.substring(at, m.index);
    at = m.index + m[0].length;
    if (typeof by == "function") r += by.apply(null, m.concat([m.index, s], m.groups ? [m.groups] : []));
    else r += $regexpText("" + by, m, s);
  });
  return r + s.substr(at);
};
$regexp.prototype._split = function (s, n) {
  var r = [], at = 0, i = 0, m;
  if (!s.length) return this.find(s, 0, true) ? [] : [s];
  while (i < s.length && (m = this.find(s, i, false))) {
    var e = m.index + m[0].length;
    if (m.index >= s.length) break;
    if (e === at || !m[0].length && m.index === at) { i = Math.max(i, m.index) + 1; if (m[0].length || m.index > at) i = m.index + 1; continue; }
    r.push(s.substring(at, m.index));
    for (var j = 1; j < m.length; j++) r.push(m[j]);
    at = e;
    i = m[0].length ? e : e + 1;
  }
  r.push(s.substr(at));
  return n === undefined ? r : r.slice(0, n);
};
$regexp.prototype._search = function (s) {
  var m = this.find(s, 0, this.sticky);
  return m ? m.index : -1;
};
$regexp.prototype._copy = function () { return new $regexp(this.p, this.names, this.source, this.flags); };`,
  },
  regexpParse: {
    means: 'reading of regular expressions',
    code: `function $regexpParse(s, f) {
  var i = 0, groups = 0, names, marks = 0, ci = f.indexOf("i") >= 0, total = 0, known = {};
  for (var z = 0, cls = false; z < s.length; z++) {
    if (s[z] == "\\\\") z++;
    else if (s[z] == "[") cls = true;
    else if (s[z] == "]") cls = false;
    else if (!cls && s[z] == "(" && (s[z + 1] != "?" || (s[z + 2] == "<" && s[z + 3] != "=" && s[z + 3] != "!"))) total++;
  }
  function fail(t) { throw new SyntaxError("Invalid regular expression: /" + s + "/: " + t); }
  function two(n) { return String.fromCharCode(n >> 8) + String.fromCharCode(n & 255); }
  function ch(n) { return String.fromCharCode(n); }
  var sets = { d: "09", w: "09AZ__az", s: "\\t\\r  \\xa0\\xa0" };
  function not(t) {
    var l = [], r = "", from = 0, j;
    for (j = 0; j < t.length; j += 2) l.push([t.charCodeAt(j), t.charCodeAt(j + 1)]);
    l.sort(function (a, b) { return a[0] - b[0]; });
    l.forEach(function (x) {
      if (x[0] > from) r += ch(from) + ch(x[0] - 1);
      if (x[1] + 1 > from) from = x[1] + 1;
    });
    return from < 256 ? r + ch(from) + ch(255) : r;
  }
  function set(t, neg) {
    if (ci) {
      for (var j = 0, more = ""; j < t.length; j += 2) {
        var a = t.charCodeAt(j), b = t.charCodeAt(j + 1);
        if (a <= 122 && b >= 97) more += ch(Math.max(a, 97) - 32) + ch(Math.min(b, 122) - 32);
        if (a <= 90 && b >= 65) more += ch(Math.max(a, 65) + 32) + ch(Math.min(b, 90) + 32);
      }
      t += more;
    }
    return (neg ? "]" : "[") + ch(t.length / 2) + t;
  }
  function code(n) {
    var t = s.substr(i, n), v = parseInt(t, 16);
    if (t.length < n || !(v >= 0)) return -1;
    i += n;
    return v;
  }
  function escaped(inSet) {
    var c = s[i++], v;
    if (c === undefined) fail("\\\\ at end of pattern");
    if ("dws".indexOf(c) >= 0) return { set: sets[c] };
    if ("DWS".indexOf(c) >= 0) return { set: not(sets[c.toLowerCase()]) };
    if (c == "n") return "\\n";
    if (c == "r") return "\\r";
    if (c == "t") return "\\t";
    if (c == "v") return "\\x0b";
    if (c == "f") return "\\x0c";
    if (c == "b" && inSet) return "\\b";
    if (c >= "0" && c <= "7") {
      for (v = +c; s[i] >= "0" && s[i] <= "7" && v < 32; i++) v = v * 8 + +s[i];
      return ch(v);
    }
    if (c == "x") { v = code(2); return v < 0 ? "x" : ch(v); }
    if (c == "u") { v = code(4); return v < 0 ? "u" : ch(v); }
    if (c == "c" && s[i] >= "A" && s[i] <= "z") return ch(s.charCodeAt(i++) & 31);
    return c;
  }
  function chars() {
    var neg = s[i] == "^", t = "", a, b;
    if (neg) i++;
    while (s[i] != "]") {
      if (i >= s.length) fail("Unterminated character class");
      a = s[i++];
      if (a == "\\\\") a = escaped(true);
      if (s[i] == "-" && s[i + 1] != "]" && i + 1 < s.length && !a.set) {
        i++;
        b = s[i++];
        if (b == "\\\\") b = escaped(true);
        if (b.set) t += a + a + "--" + b.set;
        else {
          if (a > b) fail("Range out of order in character class");
          t += a + b;
        }
      } else t += a.set || a + a;
    }
    i++;
    return set(t, neg);
  }
  function lit(c) {
    return ci && c.toLowerCase() != c.toUpperCase() ? set(c + c) : "c" + c;
  }
  function put(list) {
    var r = "";
    list.forEach(function (x) { r += x; });
    return r;
  }
  // A part is code that is made when its place is known.
  function atom() {
    var c = s[i++], m, first = groups, inner, n, v;
    if (c == ".") return { one: f.indexOf("s") >= 0 ? "D" : "d" };
    if (c == "[") return { one: chars() };
    if (c == "^" || c == "$") return { raw: f.indexOf("m") >= 0 ? (c == "^" ? "m" : "M") : c, fixed: true };
    if (c == "(") {
      m = s.substr(i, 2);
      if (m == "?:") { i += 2; inner = either(); return close({ g: inner, first: first }); }
      if (m == "?=" || m == "?!") { i += 2; inner = either(); return close({ look: m[1], g: inner, first: first }); }
      if (m == "?<" && (s[i + 2] == "=" || s[i + 2] == "!")) {
        c = s[i + 2];
        i += 3;
        inner = either();
        return close({ look: c == "=" ? "<" : ">", g: inner, first: first });
      }
      n = ++groups;
      if (m == "?<") {
        v = s.substring(i + 2, s.indexOf(">", i));
        names = names || {};
        names[v] = n;
        i += v.length + 3;
      } else if (s[i] == "?") fail("Invalid group");
      inner = either();
      return close({ g: inner, n: n, first: first });
    }
    if (c == "\\\\") {
      if (s[i] == "b" || s[i] == "B") return { raw: s[i++] == "b" ? "w" : "W", fixed: true };
      if (s[i] >= "1" && s[i] <= "9") {
        v = parseInt(s.substr(i, 2));
        if (v <= total) { i += ("" + v).length; return { raw: (ci ? "B" : "b") + ch(v) }; }
      }
      if (s[i] == "k" && s[i + 1] == "<") {
        v = s.substring(i + 2, s.indexOf(">", i));
        if (names && names[v]) { i += v.length + 3; return { raw: (ci ? "B" : "b") + ch(names[v]) }; }
      }
      c = escaped(false);
      return { one: c.set ? set(c.set) : lit(c) };
    }
    if (c == "*" || c == "+" || c == "?") fail("Nothing to repeat");
    if (c == ")") fail("Unmatched ')'");
    return { one: lit(c) };
  }
  function close(x) {
    if (s[i++] != ")") fail("Unterminated group");
    x.last = groups;
    return x;
  }
  function either() {
    var all = [row()];
    while (s[i] == "|") { i++; all.push(row()); }
    return all;
  }
  function row() {
    var r = [], x, m, lo, hi;
    while (i < s.length && s[i] != "|" && s[i] != ")") {
      x = atom();
      lo = -1;
      if (s[i] == "*") { lo = 0; hi = 255; i++; }
      else if (s[i] == "+") { lo = 1; hi = 255; i++; }
      else if (s[i] == "?") { lo = 0; hi = 1; i++; }
      else if (s[i] == "{" && s.indexOf("}", i) > 0) {
        m = s.substring(i + 1, s.indexOf("}", i));
        var l = m.split(","), a = l[0], b = l.length > 1 ? l[1] : a, good = a.length > 0 && l.length < 3;
        for (z = 0; z < m.length; z++) if (m[z] != "," && !(m[z] >= "0" && m[z] <= "9")) good = false;
        if (good) { lo = +a; hi = b.length ? +b : 255; i += m.length + 2; }
        if (good && hi < lo) fail("numbers out of order in {} quantifier");
        if (good && (lo > 254 || (hi > 254 && b.length))) fail("more than 254 times");
      }
      if (lo >= 0) {
        if (x.fixed) fail("Nothing to repeat");
        x = { lo: lo, hi: hi, lazy: s[i] == "?", of: x };
        if (x.lazy) i++;
      }
      r.push(x);
    }
    return r;
  }
  // Instructions of a part that begins at a place.
  function emit(x, at) {
    var r, t, n, j, mark;
    if (x.one) return x.one;
    if (x.raw) return x.raw;
    if (x.look) {
      r = emitAll(x.g, at + 3) + ".";
      return x.look + two(at + 3 + r.length) + r;
    }
    if (x.g) {
      if (!x.n) return emitAll(x.g, at);
      return "(" + ch(2 * x.n) + emitAll(x.g, at + 2) + "(" + ch(2 * x.n + 1);
    }
    if (x.of.one) {
      t = at + 5 + x.of.one.length;
      return (x.lazy ? "l" : "r") + two(t) + ch(x.lo) + ch(x.hi) + x.of.one;
    }
    r = "";
    var wipe = x.of.last > x.of.first ? "x" + ch(x.of.first + 1) + ch(x.of.last + 1) : "";
    for (j = 0; j < x.lo; j++) r += wipe + emit(x.of, at + r.length + wipe.length);
    mark = 2 * (total + 1) + marks++;
    var fork = x.lazy ? "?" : "|";
    if (x.hi == 255) {
      t = at + r.length;
      n = fork + "  (" + ch(mark) + wipe;
      n += emit(x.of, t + n.length) + "Z" + ch(mark) + "j" + two(t);
      return r + fork + two(t + n.length) + n.substr(3);
    }
    var ends = [];
    for (; j < x.hi; j++) {
      ends.push(r.length);
      r += fork + "  (" + ch(mark) + wipe;
      r += emit(x.of, at + r.length) + "Z" + ch(mark);
    }
    for (j = ends.length - 1; j >= 0; j--) r = r.substr(0, ends[j] + 1) + two(at + r.length) + r.substr(ends[j] + 3);
    return r;
  }
  function emitRow(list, at) {
    var r = "";
    list.forEach(function (x) { r += emit(x, at + r.length); });
    return r;
  }
  function emitAll(all, at) {
    var j = all.length - 1, n, r, rest, first;
    if (!j) return emitRow(all[0], at);
    first = emitRow(all[0], at + 3);
    n = at + 3 + first.length + 3;
    rest = emitAll(all.slice(1), n);
    return "|" + two(n) + first + "j" + two(n + rest.length) + rest;
  }
  var tree = either();
  if (i < s.length) fail("Unmatched ')'");
  known.p = ch(groups) + emitAll(tree, 1) + ".";
  known.names = names;
  return known;
}`,
  },
  newRegExp: {
    means: 'regular expressions made of texts',
    needs: ['regexpParse', 'regexp'],
    code: `function $newRegExp(s, f) {
  if (s instanceof RegExp || s instanceof $regexp) { f = f === undefined ? s.flags : f; s = s.source; }
  s = s === undefined ? "(?:)" : "" + s;
  f = f === undefined ? "" : f;
  var k = $regexpParse(s, f);
  return new $regexp(k.p, k.names, s.length ? s : "(?:)", f);
}`,
  },
  isRegExp: {
    means: 'instanceof RegExp',
    needs: ['regexp'],
    code: `function $isRegExp(x) {
  return x instanceof RegExp || x instanceof $regexp;
}`,
  },
  match: {
    means: '.match(), which gives null for nothing',
    code: `function $match(s, r) {
  if (typeof s != "string") return s.match(r);
  if (r && r._match) return r._match(s);
  var m = s.match(r);
  return m && m.length ? m : null;
}`,
  },
} as const;
