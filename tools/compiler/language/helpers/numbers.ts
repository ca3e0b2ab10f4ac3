/** Numbers: what Math and Number lack, and rounding. */
export const NUMBERS = {
  number: {
    means: 'Number() and unary +, of text with blanks around',
    code: `function $number(x) {
  return typeof x == "string" ? +x.trim() : +x;
}`,
  },
  toFixed: {
    means: '.toFixed(), which rounds as numbers are written',
    code: `function $toFixed(x, n) {
  if (typeof x != "number") return n === undefined ? x.toFixed() : x.toFixed(n);
  var v = x < 0 ? -x : x;
  n = n | 0;
  if (!(v < 1e15)) return v < 1e21 ? x.toFixed(n) : "" + x;
  for (var m = 1, q = n; q > 0; q--) m *= 10;
  var p = v * m;
  if (p > 9e15 || n > 22) return x.toFixed(n);
  var f = Math.floor(p), c = 134217729 * v, h = c - (c - v), l = v - h, d = 134217729 * m, g = d - (d - m), k = m - g;
  if (p - f - 0.5 + (((h * g - p) + h * k + l * g) + l * k) >= 0) f += 1;
  var s = "" + f;
  if (s.indexOf(".") > 0) s = s.substr(0, s.indexOf("."));
  while (s.length <= n) s = "0" + s;
  if (n) s = s.substr(0, s.length - n) + "." + s.substr(s.length - n);
  return x < 0 ? "-" + s : s;
}`,
  },
  toExponential: {
    means: '.toExponential()',
    code: `function $toExponential(x, n) {
  if (typeof x != "number") return x.toExponential(n);
  if (!isFinite(x)) return "" + x;
  var v = Math.abs(x), e = 0;
  if (v) {
    while (v >= 10) { v /= 10; e++; }
    while (v < 1) { v *= 10; e--; }
  }
  if (n === undefined) return (x < 0 ? "-" : "") + v + "e" + (e < 0 ? "-" : "+") + Math.abs(e);
  for (var m = 1, q = n; q > 0; q--) m *= 10;
  var r = Math.floor(v * m + 0.5);
  if (r >= 10 * m) { r /= 10; e++; }
  var s = "" + r;
  if (!r) s = "" + 10 * m;
  if (!r) s = "0" + s.substr(1);
  return (x < 0 ? "-" : "") + s[0] + (n ? "." + s.substr(1, n) : "") + "e" + (e < 0 ? "-" : "+") + Math.abs(e);
}`,
  },
  toPrecision: {
    means: '.toPrecision()',
    needs: ['toExponential', 'toFixed'],
    code: `function $toPrecision(x, n) {
  if (typeof x != "number") return x.toPrecision(n);
  if (n === undefined || !isFinite(x)) return "" + x;
  var t = $toExponential(x, n - 1), e = +t.substr(t.indexOf("e") + 1).replace("+", "");
  return e < -6 || e >= n ? t : $toFixed(x, n - 1 - e);
}`,
  },
  pow: {
    means: '** and Math.pow(), exact for whole exponents',
    code: `function $pow(x, n) {
  n = +n;
  if (Math.floor(n) !== n || n > 1100 || n < -1100) return Math.pow(x, n);
  for (var r = 1, b = +x, e = n < 0 ? -n : n; e > 0; e = Math.floor(e / 2)) {
    if (e % 2) r *= b;
    b *= b;
  }
  return n < 0 ? 1 / r : r;
}`,
  },
  round: {
    means: 'Math.round(), whose halves go up',
    code: `function $round(x) {
  x = +x;
  var r = Math.floor(x);
  return x - r >= 0.5 ? r + 1 : r;
}`,
  },
  isInteger: {
    means: 'Number.isInteger()',
    code: `function $isInteger(x) {
  return typeof x == "number" && isFinite(x) && Math.floor(x) === x;
}`,
  },
  isSafeInteger: {
    means: 'Number.isSafeInteger()',
    code: `function $isSafeInteger(x) {
  return typeof x == "number" && Math.floor(x) === x && x <= 9007199254740991 && x >= -9007199254740991;
}`,
  },
  isFiniteNumber: {
    means: 'Number.isFinite()',
    code: `function $isFiniteNumber(x) {
  return typeof x == "number" && isFinite(x);
}`,
  },
  isNotNumber: {
    means: 'Number.isNaN()',
    code: `function $isNotNumber(x) {
  return x !== x;
}`,
  },
  trunc: {
    means: 'Math.trunc()',
    code: `function $trunc(x) {
  return x < 0 ? Math.ceil(x) : Math.floor(x);
}`,
  },
  hypot: {
    means: 'Math.hypot()',
    code: `function $hypot() {
  for (var s = 0, i = 0; i < arguments.length; i++) s += arguments[i] * arguments[i];
  return Math.sqrt(s);
}`,
  },
  cbrt: {
    means: 'Math.cbrt()',
    code: `function $cbrt(x) {
  var r = Math.pow(Math.abs(x), 1 / 3), n = Math.floor(r + 0.5);
  if (n * n * n === Math.abs(x)) r = n;
  return x < 0 ? -r : r;
}`,
  },
  log2: {
    means: 'Math.log2()',
    needs: ['pow'],
    code: `function $log2(x) {
  var r = Math.log(x) / Math.LN2, n = Math.floor(r + 0.5);
  return $pow(2, n) === +x ? n : r;
}`,
  },
  log10: {
    means: 'Math.log10()',
    needs: ['pow'],
    code: `function $log10(x) {
  var r = Math.log(x) / Math.LN10, n = Math.floor(r + 0.5);
  return $pow(10, n) === +x ? n : r;
}`,
  },
  log1p: { means: 'Math.log1p()', code: `function $log1p(x) {\n  return Math.log(1 + x);\n}` },
  expm1: { means: 'Math.expm1()', code: `function $expm1(x) {\n  return Math.exp(x) - 1;\n}` },
  sinh: { means: 'Math.sinh()', code: `function $sinh(x) {\n  return (Math.exp(x) - Math.exp(-x)) / 2;\n}` },
  cosh: { means: 'Math.cosh()', code: `function $cosh(x) {\n  return (Math.exp(x) + Math.exp(-x)) / 2;\n}` },
  tanh: {
    means: 'Math.tanh()',
    code: `function $tanh(x) {
  if (x > 20) return 1;
  if (x < -20) return -1;
  var a = Math.exp(x), b = Math.exp(-x);
  return (a - b) / (a + b);
}`,
  },
  asinh: {
    means: 'Math.asinh()',
    code: `function $asinh(x) {\n  return x < 0 ? -$asinh(-x) : Math.log(x + Math.sqrt(x * x + 1));\n}`,
  },
  acosh: {
    means: 'Math.acosh()',
    code: `function $acosh(x) {\n  return Math.log(x + Math.sqrt(x * x - 1));\n}`,
  },
  atanh: {
    means: 'Math.atanh()',
    code: `function $atanh(x) {\n  return Math.log((1 + x) / (1 - x)) / 2;\n}`,
  },
  fround: { means: 'Math.fround()', code: `function $fround(x) {\n  return new Float32Array([x])[0];\n}` },
  imul: {
    means: 'Math.imul()',
    code: `function $imul(a, b) {
  return ((a & 65535) * (b & 65535) + ((((a >>> 16) * (b & 65535) + (a & 65535) * (b >>> 16)) & 65535) << 16 >>> 0)) | 0;
}`,
  },
  clz32: {
    means: 'Math.clz32()',
    code: `function $clz32(x) {
  var n = 0;
  for (x = x >>> 0; n < 32 && !(x & 2147483648); n++) x = x << 1;
  return n;
}`,
  },
  dateUTC: {
    means: 'Date.UTC()',
    code: `function $dateUTC(y, m, d, h, i, s, t) {
  m = m || 0;
  y += Math.floor(m / 12);
  m = (m % 12 + 12) % 12;
  var a = m < 2 ? y - 1 : y, b = (m + 10) % 12;
  var days = 365 * a + Math.floor(a / 4) - Math.floor(a / 100) + Math.floor(a / 400) + Math.floor((b * 306 + 5) / 10) - 719469;
  return (((days + (d === undefined ? 1 : d)) * 24 + (h || 0)) * 60 + (i || 0)) * 60000 + (s || 0) * 1000 + (t || 0);
}`,
  },
  utc: {
    means: 'the UTC parts of a date',
    code: `function $utc(d) {
  return new Date(d.getTime() + d.getTimezoneOffset() * 60000);
}`,
  },
  dateParse: {
    means: 'reading of dates',
    code: `function $dateParse(s) {
  s = ("" + s).trim();
  var i, t, y, m = -1, d, p = [0, 0, 0], o, n, c = s[4];
  if (+s.substr(0, 4) >= 0 && (c == "-" || s.length == 4)) {
    if (s.length < 8) s = s.length < 5 ? s + "-01-01" : s + "-01";
    m = +s.substr(5, 2);
    d = +s.substr(8, 2);
    if (!(m >= 1 && m <= 12 && d >= 1 && d <= 31)) return NaN;
    for (i = 10; i < s.length; i++) if ("0123456789:.TZ+- ".indexOf(s[i]) < 0) return NaN;
    return Date.parse(s[10] == " " ? s.substr(0, 10) + "T" + s.substr(11) : s);
  }
  t = s.split(",").join(" ").split(" ");
  for (i = 0; i < t.length; i++) {
    c = t[i];
    n = c.split("/");
    if (!c.length) continue;
    if (c.indexOf(":") > 0) {
      p = c.split(":").map(function (x) { return +x; });
      if (!(p[0] < 24 && p[1] < 60 && !(p[2] >= 60))) return NaN;
    } else if (n.length == 3) {
      y = n[0].length == 4 ? +n[0] : +n[2];
      m = (n[0].length == 4 ? +n[1] : +n[0]) - 1;
      d = n[0].length == 4 ? +n[2] : +n[1];
    } else if (+c >= 0) { if (c.length > 2) y = +c; else d = +c; }
    else {
      c = c.substr(0, 3).toLowerCase();
      n = "janfebmaraprmayjunjulaugsepoctnovdec".indexOf(c);
      if (c == "gmt" || c == "utc" || c == "z") o = t[i].length > 4 ? +t[i].substr(3, 3) * 60 + +t[i].substr(6, 2) : 0;
      else if (c.length == 3 && n >= 0 && n % 3 == 0) m = n / 3;
      else if (t[i][0] != "(" && "sunmontuewedthufrisat".indexOf(c) < 0) return NaN;
    }
  }
  if (!(y >= 0 && m >= 0 && m < 12)) return NaN;
  n = new Date(y, m, d || 1, p[0], p[1], p[2] || 0);
  return n.getTime() - (o === undefined ? 0 : (o + n.getTimezoneOffset()) * 60000);
}`,
  },
  date: {
    means: 'new Date() of texts',
    needs: ['dateParse'],
    code: `function $date(x) {
  return new Date(typeof x == "string" ? $dateParse(x) : x instanceof Date ? x.getTime() : x);
}`,
  },
  utcString: {
    means: '.toUTCString()',
    code: `function $utcString(d) {
  var p = d.toUTCString().split(" ");
  if (p[1].length < 2) p[1] = "0" + p[1];
  return p.join(" ");
}`,
  },
  isView: {
    means: 'ArrayBuffer.isView()',
    code: `function $isView(x) {
  return !!x && x.buffer instanceof ArrayBuffer;
}`,
  },
} as const;
