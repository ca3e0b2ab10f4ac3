// Frames with length and checksum over a serial line, packed and unpacked.
const START = 0x7e;
const crc = (bytes) => bytes.reduce((sum, b) => (sum + b) & 0xff, 0) ^ 0xff;
const pack = (type, ...payload) => { const body = [type, payload.length, ...payload]; return [START, ...body, crc(body)]; };
class Parser {
  #state = 'start'; #body = []; #left = 0; handlers = {};
  on(type, f) { (this.handlers[type] ??= []).push(f); return this; }
  push(byte) {
    switch (this.#state) {
      case 'start': if (byte === START) this.#state = 'type'; break;
      case 'type': this.#body = [byte]; this.#state = 'length'; break;
      case 'length': this.#body.push(byte); this.#left = byte; this.#state = byte ? 'payload' : 'crc'; break;
      case 'payload': this.#body.push(byte); if (--this.#left === 0) this.#state = 'crc'; break;
      case 'crc': {
        this.#state = 'start';
        if (crc(this.#body) !== byte) { print('bad checksum'); break; }
        const [type, , ...payload] = this.#body;
        for (const f of this.handlers[type] ?? []) f(payload);
      }
    }
  }
}
const parser = new Parser().on(1, ([pin, value]) => print(`pin ${pin} = ${value}`)).on(1, (p) => print(p.length)).on(2, () => print('ping'));
Serial2.on('data', (data) => [...data].forEach((c) => parser.push(c.charCodeAt(0))));

// ---- inputs ----
function text(a) { return a.map(function (b) { return String.fromCharCode(b); }).join(''); }
at(10, function () { Serial2.receive(text(pack(1, 5, 1)) + text(pack(2))); });
at(20, function () { var f = pack(1, 9, 9); f[4] = 8; Serial2.receive('xx' + text(f)); });
at(30, function () { var f = text(pack(1, 7, 0)); Serial2.receive(f.substr(0, 3)); Serial2.receive(f.substr(3)); });
$$run(100);
