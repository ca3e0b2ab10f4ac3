// Peripherals and time for the applications of the corpus, the same for V8 and for the interpreter: what is written to
// them is printed, what is read from them is fed. Espruino's subset only, since it is never lowered.
var $$now = 0,
  $$timers = [],
  $$last = 0,
  $$real = setTimeout,
  $$watches = [],
  $$files = {},
  $$analog = {},
  $$subs = [];
function $$add(f, t, args, every) {
  $$timers.push({ id: ++$$last, at: $$now + Math.max(1, t || 0), f: f, args: args, every: every });
  return $$last;
}
function $$step(until) {
  var best = -1;
  for (var i = 0; i < $$timers.length; i++)
    if (
      best < 0 ||
      $$timers[i].at < $$timers[best].at ||
      ($$timers[i].at === $$timers[best].at && $$timers[i].id < $$timers[best].id)
    )
      best = i;
  if (best < 0 || $$timers[best].at > until) return false;
  var t = $$timers[best];
  $$now = t.at;
  if (t.every) {
    t.at += Math.max(1, t.every);
  } else $$timers.splice(best, 1);
  t.f.apply(null, t.args);
  return true;
}
function $$run(until) {
  $$real(function () {
    if ($$step(until)) $$run(until);
    else print('the end');
  }, 1);
}
function $$rest(a, n) {
  return [].slice.call(a, n);
}
global.setTimeout = function (f, t) {
  return $$add(f, t, $$rest(arguments, 2), 0);
};
global.setInterval = function (f, t) {
  return $$add(f, t, $$rest(arguments, 2), t || 1);
};
global.clearTimeout = global.clearInterval = function (id) {
  $$timers = $$timers.filter(function (t) {
    return id !== undefined && t.id !== id;
  });
};
global.changeInterval = function (id, t) {
  $$timers.forEach(function (x) {
    if (x.id === id) {
      x.every = t;
      x.at = $$now + t;
    }
  });
};
global.getTime = function () {
  return $$now / 1000;
};
function $$Pin(name) {
  this.name = name;
  this.v = 0;
}
$$Pin.prototype.write = function (v) {
  digitalWrite(this, v);
};
$$Pin.prototype.set = function () {
  digitalWrite(this, 1);
};
$$Pin.prototype.reset = function () {
  digitalWrite(this, 0);
};
$$Pin.prototype.read = function () {
  return !!this.v;
};
$$Pin.prototype.mode = function (m) {
  print('mode ' + this.name + ' ' + m);
};
$$Pin.prototype.toggle = function () {
  digitalWrite(this, !this.v);
  return !!this.v;
};
$$Pin.prototype.toString = function () {
  return this.name;
};
['A', 'B', 'C', 'D'].forEach(function (p) {
  for (var n = 0; n < 16; n++) global[p + n] = new $$Pin(p + n);
});
['LED1', 'LED2', 'LED3', 'BTN1', 'BTN2', 'BTN3'].forEach(function (n) {
  global[n] = new $$Pin(n);
});
global.digitalWrite = function (p, v) {
  if (Array.isArray(p)) {
    print(
      'write ' +
        p
          .map(function (x) {
            return x.name;
          })
          .join('+') +
        ' ' +
        v,
    );
    return;
  }
  p.v = v ? 1 : 0;
  print('write ' + p.name + ' ' + p.v);
};
global.digitalRead = function (p) {
  return p.v;
};
global.digitalPulse = function (p, v, t) {
  print('pulse ' + p.name + ' ' + (v ? 1 : 0) + ' ' + t);
};
global.analogWrite = function (p, v, o) {
  print('analog ' + p.name + ' ' + Math.floor(v * 1000 + 0.5) / 1000 + (o && o.freq ? ' at ' + o.freq : ''));
};
global.analogRead = function (p) {
  var a = $$analog[p.name];
  return a && a.length ? (a.length > 1 ? a.shift() : a[0]) : 0;
};
global.pinMode = function (p, m) {
  print('mode ' + p.name + ' ' + m);
};
global.shiftOut = function (p, o, d) {
  print('shift ' + JSON.stringify(d));
};
global.setWatch = function (f, p, o) {
  $$watches.push({ f: f, p: p, o: o || {}, last: 0 });
  return $$watches.length;
};
global.clearWatch = function (id) {
  if (id) $$watches[id - 1] = undefined;
  else $$watches = [];
};
// What inputs are made of.
function at(t, f) {
  $$add(f, t - $$now, [], 0);
}
function analog(p, values) {
  $$analog[p.name] = values;
}
function level(p, v) {
  p.v = v;
  $$watches.slice().forEach(function (w, i) {
    if (!w || w.p !== p) return;
    var edge = w.o.edge || 'both';
    if (edge === 'both' || (edge === 'rising' && v) || (edge === 'falling' && !v)) {
      var e = { state: !!v, time: getTime(), lastTime: w.last, pin: p };
      w.last = getTime();
      if (!w.o.repeat) $$watches[i] = undefined;
      w.f(e);
    }
  });
}
function press(p, t, length) {
  at(t, function () {
    level(p, 1);
  });
  at(t + (length || 50), function () {
    level(p, 0);
  });
}
function $$Port(name) {
  this.name = name;
  this.queue = [];
  this.on_ = {};
}
$$Port.prototype.setup = function (a, b) {
  print(this.name + ' setup ' + (typeof a === 'number' ? a : ''));
};
$$Port.prototype.writeTo = function (a) {
  print(this.name + ' to ' + a + ' ' + JSON.stringify($$rest(arguments, 1)));
};
$$Port.prototype.readFrom = function (a, n) {
  var d = this.queue.shift() || [];
  return new Uint8Array(d.slice(0, n));
};
$$Port.prototype.send = function (d) {
  print(this.name + ' send ' + JSON.stringify(d));
  return this.queue.shift() || d;
};
$$Port.prototype.write = function (d) {
  print(this.name + ' write ' + JSON.stringify(d));
};
$$Port.prototype.print = $$Port.prototype.write;
$$Port.prototype.println = $$Port.prototype.write;
$$Port.prototype.on = function (e, f) {
  this.on_[e] = f;
};
$$Port.prototype.receive = function (d) {
  if (this.on_.data) this.on_.data(d);
};
var I2C1 = new $$Port('I2C1'),
  SPI1 = new $$Port('SPI1'),
  Serial1 = new $$Port('Serial1'),
  Serial2 = new $$Port('Serial2');
global.OneWire = function (pin) {
  this.pin = pin;
  this.queue = global.$$wire || [];
};
OneWire.prototype.search = function () {
  return ['28ff0001', '28ff0002'];
};
OneWire.prototype.reset = function () {};
OneWire.prototype.select = function (rom) {
  this.rom = rom;
};
OneWire.prototype.skip = function () {};
OneWire.prototype.write = function (v) {
  this.cmd = v;
};
OneWire.prototype.read = function (n) {
  return new Uint8Array(this.queue.shift() || [0, 0]);
};
var $$screen = {
  clear: function () {
    print('g clear');
    return $$screen;
  },
  drawString: function (s, x, y) {
    print('g text ' + s + ' ' + x + ' ' + y);
    return $$screen;
  },
  drawLine: function (a, b, c, d) {
    print('g line ' + [a, b, c, d].join(' '));
    return $$screen;
  },
  fillRect: function (a, b, c, d) {
    print('g rect ' + [a, b, c, d].join(' '));
    return $$screen;
  },
  drawRect: function (a, b, c, d) {
    print('g box ' + [a, b, c, d].join(' '));
    return $$screen;
  },
  setPixel: function (x, y, c) {
    print('g pixel ' + [x, y, c].join(' '));
    return $$screen;
  },
  setFontVector: function () {
    return $$screen;
  },
  setColor: function () {
    return $$screen;
  },
  stringWidth: function (s) {
    return s.length * 6;
  },
  getWidth: function () {
    return 128;
  },
  getHeight: function () {
    return 64;
  },
  flip: function () {
    print('g flip');
    return $$screen;
  },
};
global.g = $$screen;
var $$modules = {
  Storage: {
    write: function (n, d) {
      $$files[n] = typeof d === 'string' ? d : JSON.stringify(d);
      print('file ' + n + ' ' + $$files[n]);
      return true;
    },
    read: function (n) {
      return $$files[n];
    },
    readJSON: function (n) {
      return $$files[n] === undefined ? undefined : JSON.parse($$files[n]);
    },
    writeJSON: function (n, d) {
      return $$modules.Storage.write(n, d);
    },
    erase: function (n) {
      delete $$files[n];
      print('erase ' + n);
    },
    list: function () {
      return Object.keys($$files);
    },
  },
};
global.require = function (n) {
  return $$modules[n];
};
// The link, as an application sees it.
function MQTTLink() {
  this.on_ = {};
}
MQTTLink.will = function (t, m) {
  print('will ' + t + ' ' + m);
};
MQTTLink.prototype.publish = function (t, m, retain, qos) {
  print('publish ' + t + ' ' + m + (retain ? ' kept' : '') + (qos ? ' qos ' + qos : ''));
};
MQTTLink.prototype.subscribe = function (t, f, qos) {
  print('subscribe ' + t);
  $$subs.push({ t: t, f: f });
};
MQTTLink.prototype.unsubscribe = function (t) {
  print('unsubscribe ' + t);
  $$subs = $$subs.filter(function (s) {
    return s.t !== t;
  });
};
MQTTLink.prototype.pubqLen = function () {
  return 0;
};
MQTTLink.prototype.on = function (e, f) {
  this.on_[e] = f;
};
function message(t, m) {
  $$subs.slice().forEach(function (s) {
    var all = s.t.indexOf('#');
    if (s.t === t || (all >= 0 && t.substr(0, all) === s.t.substr(0, all))) s.f(t, m, false, 0);
  });
}
function launch(f) {
  var link = new MQTTLink();
  $$add(
    function () {
      if (link.on_.connect) link.on_.connect();
      f(link, 10);
    },
    5,
    [],
    0,
  );
  return link;
}
