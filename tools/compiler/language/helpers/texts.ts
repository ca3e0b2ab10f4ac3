/** Texts and JSON. */
export const TEXTS = {
  trimStart: {
    means: '.trimStart()',
    code: `function $trimStart(s) {
  if (typeof s != "string") return s.trimStart();
  for (var i = 0; i < s.length && s.charCodeAt(i) <= 32; i++);
  return s.substr(i);
}`,
  },
  trimEnd: {
    means: '.trimEnd()',
    code: `function $trimEnd(s) {
  if (typeof s != "string") return s.trimEnd();
  for (var i = s.length; i > 0 && s.charCodeAt(i - 1) <= 32; i--);
  return s.substr(0, i);
}`,
  },
  codePointAt: {
    means: '.codePointAt()',
    code: `function $codePointAt(s, i) {
  i = i || 0;
  return i < s.length ? s.charCodeAt(i) : undefined;
}`,
  },
  fromCodePoint: {
    means: 'String.fromCodePoint()',
    code: `function $fromCodePoint() {\n  return String.fromCharCode.apply(String, arguments);\n}`,
  },
  localeCompare: {
    means: '.localeCompare()',
    code: `function $localeCompare(a, b) {
  if (a.localeCompare) return a.localeCompare(b);
  b = "" + b;
  var x = a.toLowerCase(), y = b.toLowerCase();
  return x < y ? -1 : x > y ? 1 : a > b ? -1 : a < b ? 1 : 0;
}`,
  },
  search: {
    means: '.search() of a text',
    code: `function $search(s, r) {
  if (typeof s != "string") return [].slice.call(arguments, 1).length > 1 ? s.search(r, arguments[2]) : s.search(r);
  if (r && r._search) return r._search(s);
  var m = s.match(typeof r == "string" ? new RegExp(r) : new RegExp(r.source, (r.flags || "").replace("g", "")));
  return m ? m.index : -1;
}`,
  },
  split: {
    means: '.split() with a limit, or by groups',
    code: `function $split(s, by, n) {
  if (typeof s != "string") return s.split(by, n);
  if (by && by._split) return by._split(s, n);
  var r = [], at = 0, m, rest = s;
  if (by instanceof RegExp) {
    by = new RegExp(by.source, (by.flags || "").replace("g", ""));
    for (m = by.exec(rest); m; m = rest.length && by.exec(rest)) {
      at = m.index + m[0].length;
      if (!m[0].length) { if (rest.length < 2) break; at = 1; r.push(rest[0]); }
      else r.push(rest.substr(0, m.index));
      for (var i = 1; i < m.length; i++) r.push(m[i]);
      rest = rest.substr(at);
    }
    r.push(rest);
  } else r = s.split(by);
  return n === undefined ? r : r.slice(0, n);
}`,
  },
  replace: {
    means: '.replace() by a function or with $',
    needs: ['regexpText'],
    code: `function $replace(s, what, by) {
  if (typeof s == "string" && what && what._replace) return what._replace(s, by);
  if (typeof s == "string" && what instanceof RegExp && typeof by == "string" && by.indexOf("$") >= 0)
    return s.replace(what, function () {
      var m = [].slice.call(arguments), t = m.pop();
      m.index = m.pop();
      return $regexpText(by, m, t);
    });
  if (typeof s != "string" || typeof what != "string") return s.replace(what, by);
  var i = s.indexOf(what);
  if (i < 0) return s;
  if (typeof by == "function") by = "" + by(what, i, s);
  else if (by.indexOf("$") >= 0) by = by.split("$$").map(function (p) {
    return p.split("$&").join(what).split("$\`").join(s.substr(0, i)).split("$'").join(s.substr(i + what.length));
  }).join("$");
  return s.substr(0, i) + by + s.substr(i + what.length);
}`,
  },
  replaceAll: {
    means: '.replaceAll()',
    needs: ['replace'],
    code: `function $replaceAll(s, what, by) {
  if (typeof s != "string") return s.replaceAll(what, by);
  if (typeof what != "string") return $replace(s, what, by);
  if (!what.length) return s.split("").join(by);
  var r = "", i;
  while ((i = s.indexOf(what)) >= 0) {
    r += $replace(s.substr(0, i + what.length), what, by);
    s = s.substr(i + what.length);
  }
  return r + s;
}`,
  },
  matchAll: {
    means: '.matchAll()',
    code: `function $matchAll(s, r) {
  if (typeof s != "string") return s.matchAll(r);
  var x = r._copy ? r._copy() : new RegExp(r.source, r.flags || ""), w = {
    next: function () {
      var m = x.exec(s);
      if (m && !m[0].length) x.lastIndex++;
      return m ? { value: m, done: false } : { value: undefined, done: true };
    }
  };
  w["@@iterator"] = function () { return w; };
  return w;
}`,
  },
  stringify: {
    means: 'JSON.stringify() of text beyond ASCII, with functions, or in lines',
    code: `function $stringify(v, f, n) {
  var pad = typeof n == "number" ? "          ".substr(0, n) : n || "";
  function bytes(s) {
    if (s.indexOf("\\\\u00") < 0) return s;
    return s.split("\\\\\\\\").map(function (p) {
      return p.split("\\\\u00").map(function (q, i) {
        var c = i ? parseInt(q.substr(0, 2), 16) : 0;
        return c > 127 ? String.fromCharCode(c) + q.substr(2) : i ? "\\\\u00" + q : q;
      }).join("");
    }).join("\\\\\\\\");
  }
  if (!f && !pad) {
    var t = v === undefined || typeof v == "function" ? undefined : JSON.stringify(v);
    if (t === undefined || t.indexOf("undefined") < 0) return t && bytes(t);
  }
  function put(holder, key, at) {
    var x = holder[key], r = [], more = at + pad;
    if (x && typeof x.toJSON == "function") x = x.toJSON(key);
    if (typeof f == "function") x = f.call(holder, key, x);
    if (x === undefined || typeof x == "function") return undefined;
    if (x === null || typeof x != "object") return bytes(JSON.stringify(x));
    var list = Array.isArray(x);
    if (list) for (var i = 0; i < x.length; i++) r.push(put(x, i, more) || "null");
    else (Array.isArray(f) ? f : Object.keys(x)).forEach(function (k) {
      t = k in x ? put(x, k, more) : undefined;
      if (t !== undefined) r.push(bytes(JSON.stringify("" + k)) + (pad ? ": " : ":") + t);
    });
    var open = list ? "[" : "{", close = list ? "]" : "}";
    if (!r.length) return open + close;
    return pad ? open + "\\n" + more + r.join(",\\n" + more) + "\\n" + at + close : open + r.join(",") + close;
  }
  return put({ "": v }, "", "");
}`,
  },
  same: {
    means: 'getters in JSON',
    code: `function $same(k, v) {
  return v;
}`,
  },
  parse: {
    means: 'JSON.parse() with a function',
    code: `function $parse(s, f) {
  var v = JSON.parse(s);
  if (typeof f != "function") return v;
  function walk(holder, key) {
    var x = holder[key];
    if (x && typeof x == "object") Object.keys(x).forEach(function (k) {
      var y = walk(x, k);
      if (y === undefined) delete x[k]; else x[k] = y;
    });
    return f.call(holder, key, x);
  }
  return walk({ "": v }, "");
}`,
  },
} as const;
