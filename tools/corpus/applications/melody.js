// A melody on a buzzer, as a text of notes.
var BUZZER = A0;
var freqs = { C: 523, D: 587, E: 659, F: 698, G: 784, A: 880, B: 988 };
function play(song, done) {
  var i = 0;
  function step() {
    if (i >= song.length) { digitalWrite(BUZZER, 0); done && done(); return; }
    var ch = song[i++], length = 50;
    while (song[i] === '-') { length += 50; i++; }
    if (ch in freqs) analogWrite(BUZZER, 0.5, { freq: freqs[ch] });
    else if (ch >= 'a' && ch <= 'g') analogWrite(BUZZER, 0.5, { freq: freqs[ch.toUpperCase()] * 2 });
    else digitalWrite(BUZZER, 0);
    setTimeout(step, length);
  }
  step();
}
play('CC GG aa G-- ', function () { print('done'); });

// ---- inputs ----
$$run(1500);
