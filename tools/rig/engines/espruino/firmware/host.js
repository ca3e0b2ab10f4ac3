/* eslint-disable @typescript-eslint/ban-ts-comment, @typescript-eslint/no-require-imports */
// @ts-nocheck: runs on Espruino.
// The pins of the host on an interpreter without GPIO: its two outputs are one byte in a file, its two inputs the
// byte of the other board's. Saved as .boot0, so it runs before the bundle; BOARD.x stands for a setting. It must
// leave no name behind that a real board lacks. digitalRead and digitalWrite are the hottest code there is: they
// start with "ram", as code in flash is read from a file piece by piece, and use bound native functions, three times
// as fast as methods looked up.
(function () {
  if (!BOARD.echo) echo(0);

  function note(mark) {
    require('fs').appendFileSync(BOARD.log, mark);
  }

  // FILES: what follows is left out where the interpreter has wires of its own.
  const input = E.openFile(BOARD.input, 'r');
  // Reading on beyond the end makes the C library drop what it has buffered, so the next read sees the file anew.
  const rewind = input.seek.bind(input, 0);
  const fetch = input.read.bind(input, 2);
  let get = fetch;
  let inputs;
  // As variables here they are found sooner than as names of built-in pins.
  const clockIn = new Pin(BOARD.clockIn);

  const output = E.openFile(BOARD.output, 'w');
  const back = output.seek.bind(output, 0);
  const put = output.write.bind(output);
  // The byte is a digit, 0 to 3, so that reading it needs no conversion: clock in bit 1, data in bit 0.
  let lines = 48;
  let outputs;
  const clockOut = new Pin(BOARD.clockOut);

  const nativeRead = digitalRead;
  const nativeWrite = digitalWrite;
  const nativeWatch = setWatch;
  // Levels of all other pins, by number. Reset has a resistor.
  let others = BOARD.idle << BOARD.reset;

  function number(pin) {
    return 0 | new Pin(pin);
  }

  function level(pin) {
    // The native function throws for what is no pin.
    nativeRead(pin);
    pin = number(pin);
    if (pin === BOARD.clockOut) return (lines >> 1) & 1;
    if (pin === BOARD.dataOut) return lines & 1;
    rewind();
    if (pin === BOARD.clockIn) return get() >> 1;
    return pin === BOARD.dataIn ? get() & 1 : (others >> pin) & 1;
  }

  function setLevel(pin, high) {
    nativeWrite(pin, high);
    pin = number(pin);
    if (pin === BOARD.clockOut || pin === BOARD.dataOut) {
      pin = pin === BOARD.clockOut ? 2 : 1;
      back();
      put([(lines = high ? lines | pin : lines & ~pin)]);
      return;
    }
    if (pin === BOARD.reset && !high === !!((others >> pin) & 1)) note(high ? '1' : '0');
    others = high ? others | (1 << pin) : others & ~(1 << pin);
  }

  function slowRead(pins) {
    if (!(pins instanceof Array)) return typeof pins === 'object' ? nativeRead(pins) : level(pins);
    // The link always hands over the same array: from now on it is known by identity.
    if (pins.length === 2 && number(pins[0]) === BOARD.clockIn && number(pins[1]) === BOARD.dataIn)
      inputs = pins;
    let value = 0;
    for (let i = 0; i < pins.length; i++) value = (value << 1) | level(pins[i]);
    return value;
  }

  function slowWrite(pins, value) {
    if (!(pins instanceof Array)) {
      if (typeof pins === 'object') nativeWrite(pins, value);
      else setLevel(pins, value);
      return;
    }
    if (typeof value === 'boolean') value = value ? -1 : 0;
    else if (pins.length === 2 && number(pins[0]) === BOARD.clockOut && number(pins[1]) === BOARD.dataOut)
      outputs = pins;
    for (let i = pins.length - 1; i >= 0; i--) {
      setLevel(pins[i], value & 1);
      value >>= 1;
    }
  }

  global.digitalRead = function (pins) {
    'ram';
    if (pins === inputs) {
      rewind();
      return get() | 0;
    }
    if (pins !== clockIn) return slowRead(pins);
    rewind();
    return get() >> 1;
  };

  global.digitalWrite = function (pins, value) {
    'ram';
    if (pins === outputs) {
      back();
      put([(lines = (value & 3) | 48)]);
    } else if (pins === clockOut) {
      back();
      put([(lines = value ? lines | 2 : lines & -3)]);
    } else slowWrite(pins, value);
  };

  Pin.prototype.read = function () {
    return digitalRead(this);
  };
  Pin.prototype.write = function (value) {
    digitalWrite(this, value);
  };
  Pin.prototype.set = function () {
    digitalWrite(this, 1);
  };
  Pin.prototype.reset = function () {
    digitalWrite(this, 0);
  };
  Pin.prototype.toggle = function () {
    digitalWrite(this, !digitalRead(this));
    return !!digitalRead(this);
  };

  // Nothing tells the interpreter of an edge: the link takes the exception for "poll it".
  global.setWatch = function (callback, pin, options) {
    if (number(pin) === BOARD.clockIn || number(pin) === BOARD.dataIn)
      throw new Error('pin cannot be watched');
    return nativeWatch(callback, pin, options);
  };

  // FILES end.

  // The tool ends the process and starts it anew; until then this board does no more.
  E.reboot = function () {
    note('R');
    for (;;);
  };

  // FILES.
  let table = '0123';
  setInterval(function () {
    const now = require('fs').readFileSync(BOARD.wiring);
    if (now === table) return;
    table = now;
    get = fetch;
    if (table.length > 4) {
      // Probabilities of a wrong clock and of wrong data.
      const noise = table.split(',');
      get = function () {
        return table[fetch() | 0] ^ ((Math.random() < noise[1]) << 1) ^ (Math.random() < noise[2]);
      };
    } else if (table !== '0123')
      get = function () {
        return table[fetch() | 0];
      };
  }, 250);
  put([lines]);
  // FILES end.

  // Names that real boards have and this interpreter lacks.
  global.LED = global.LED1 = D1;
  global.LED2 = D2;
  global.LED3 = D3;
  note('B');
})();
