// Morse code on an LED, with a generator of its marks.
const CODE = { a: '.-', b: '-...', e: '.', n: '-.', o: '---', r: '.-.', s: '...', t: '-' };
const UNIT = 20;
function* marks(text) {
  for (const letter of text.toLowerCase()) {
    if (letter === ' ') { yield [0, 7]; continue; }
    const code = CODE[letter];
    if (!code) continue;
    for (const mark of code) {
      yield [1, mark === '.' ? 1 : 3];
      yield [0, 1];
    }
    yield [0, 2];
  }
}
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
async function send(text) {
  for (const [on, units] of marks(text)) {
    LED1.write(on);
    await sleep(units * UNIT);
  }
  return text.length;
}
send('SOS no?').then((n) => print('sent ' + n));

// ---- inputs ----
$$run(3000);
