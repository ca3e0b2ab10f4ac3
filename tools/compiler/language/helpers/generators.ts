/**
 * What runs generators and async functions. Their bodies are functions of a state: `n` is where to go on, `s` what was sent
 * in or caught, `t` the `try` statements around, `f` what waits for the end of a `finally`, `d` whether it is over.
 */
export const GENERATORS = {
  step: {
    means: 'generators and async functions',
    code: `function $step(c, k, v) {
  for (;;) {
    if (k) {
      var h = c.t && c.t.pop();
      while (h && k > 1 && !h[1]) h = c.t.pop();
      if (!h) { c.d = true; if (k < 2) throw v; return v; }
      if (k < 2 && h[0]) { c.n = h[0]; c.s = v; if (h[1]) c.t.push([0, h[1]]); }
      else { c.n = h[1]; c.f.push([k, v]); }
      k = 0;
    } else c.s = v;
    try { return c.b(c); } catch (e) { k = 1; v = e; }
  }
}`,
  },
  async: {
    means: 'async functions',
    needs: ['step'],
    code: `function $async(b) {
  var c = { n: 0, b: b };
  return new Promise(function (res, rej) {
    function go(k, v) {
      var r;
      try { r = $step(c, k, v); } catch (e) { rej(e); return; }
      if (c.d) res(r);
      else (r instanceof Promise ? r : Promise.resolve(r)).then(function (v) { go(0, v); }, function (e) { go(1, e); });
    }
    go(0);
  });
}`,
  },
  generate: {
    means: 'generators',
    needs: ['step'],
    code: `function $generate(b) {
  var c = { n: 0, b: b };
  function go(k, v) {
    if (c.d || (k > 0 && !c.n)) {
      c.d = true;
      if (k == 1) throw v;
      return { value: k ? v : undefined, done: true };
    }
    var r = $step(c, k, v);
    return { value: r, done: !!c.d };
  }
  var g = {
    next: function (v) { return go(0, v); },
    throw: function (e) { return go(1, e); },
    return: function (v) { return go(2, v); }
  };
  g["@@iterator"] = function () { return g; };
  return g;
}`,
  },
  generateAsync: {
    means: 'async generators',
    needs: ['step'],
    code: `function $generateAsync(b) {
  var c = { n: 0, b: b }, last = Promise.resolve();
  function turn(k, v, res, rej) {
    var r;
    if (c.d || (k > 0 && !c.n)) {
      c.d = true;
      if (k == 1) rej(v); else res({ value: k ? v : undefined, done: true });
      return;
    }
    c.w = false;
    try { r = $step(c, k, v); } catch (e) { rej(e); return; }
    if (c.d) res({ value: r, done: true });
    else if (c.w) Promise.resolve(r).then(function (v) { turn(0, v, res, rej); }, function (e) { turn(1, e, res, rej); });
    else Promise.resolve(r).then(function (v) { res({ value: v, done: false }); }, function (e) { turn(1, e, res, rej); });
  }
  function go(k, v) {
    var p = new Promise(function (res, rej) { last.then(function () { turn(k, v, res, rej); }); });
    last = p.then(function () {}, function () {});
    return p;
  }
  var g = {
    next: function (v) { return go(0, v); },
    throw: function (e) { return go(1, e); },
    return: function (v) { return go(2, v); }
  };
  g["@@asyncIterator"] = function () { return g; };
  return g;
}`,
  },
} as const;
