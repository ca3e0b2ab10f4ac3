// Short, long and double presses of one button, told apart by times.
var pressed = 0, clicks = 0, timer;
setWatch(function (e) {
  if (e.state) { pressed = e.time; return; }
  var length = e.time - pressed;
  if (length > 0.6) { print('long ' + length.toFixed(2)); clicks = 0; return; }
  clicks++;
  if (timer) clearTimeout(timer);
  timer = setTimeout(function () {
    timer = undefined;
    print(clicks === 1 ? 'single' : clicks === 2 ? 'double' : clicks + ' clicks');
    clicks = 0;
  }, 300);
}, BTN1, { repeat: true, edge: 'both', debounce: 25 });

// ---- inputs ----
press(BTN1, 100); press(BTN1, 1000); press(BTN1, 1200); press(BTN1, 2000, 700); press(BTN1, 3000); press(BTN1, 3100); press(BTN1, 3200);
$$run(5000);
