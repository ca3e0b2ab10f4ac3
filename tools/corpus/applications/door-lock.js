// A keypad lock: three wrong codes block it for a while.
class Lock {
  static CODES = ['1234', '9876'];
  static #BLOCK = 500;
  #entered = '';
  #wrong = 0;
  #until = 0;
  key(k) {
    if (getTime() * 1000 < this.#until) return print('blocked');
    switch (k) {
      case '*': this.#entered = ''; break;
      case '#': this.#check(); break;
      default: if (this.#entered.length < 8) this.#entered += k;
    }
  }
  #check() {
    const code = this.#entered;
    this.#entered = '';
    if (Lock.CODES.includes(code)) { this.#wrong = 0; this.open(); return; }
    if (++this.#wrong >= 3) { this.#until = getTime() * 1000 + Lock.#BLOCK; this.#wrong = 0; print('too often'); }
    else print('wrong ' + this.#wrong);
  }
  open() { digitalWrite(LED1, 1); setTimeout(() => digitalWrite(LED1, 0), 200); }
}
const lock = new Lock();
Serial1.on('data', (data) => { for (const key of data) lock.key(key); });

// ---- inputs ----
['1234#', '11#', '2*9876#', '1#2#3#', '1234#'].forEach(function (d, i) { at(100 + i * 100, function () { Serial1.receive(d); }); });
at(1200, function () { Serial1.receive('1234#'); });
$$run(2000);
