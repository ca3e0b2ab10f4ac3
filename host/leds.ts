/**
 * The LEDs of the test programs, as far as the board has them. What is
 * switched is printed, so that a board without LEDs shows it too.
 */

type Colour = 'green' | 'blue';

/** Green is LED2, or the only one there is; blue is LED3. */
export function led(colour: Colour, on: boolean): void {
  let pin: Pin | undefined;
  if (colour === 'blue') pin = typeof LED3 === 'undefined' ? undefined : LED3;
  else if (typeof LED2 !== 'undefined') pin = LED2;
  else if (typeof LED1 !== 'undefined') pin = LED1;
  if (pin !== undefined) digitalWrite(pin, on ? 1 : 0);
  print('LED ' + colour + (on ? ' on' : ' off'));
}

/** Switches an LED on for so many milliseconds. */
export function pulse(colour: Colour, ms: number): void {
  led(colour, true);
  setTimeout(led, ms, colour, false);
}

/** Callback of a subscription whose messages `on` and `off` switch the green LED. */
export function greenByMessage(topic: string, message: string): void {
  if (message === 'on' || message === 'off') led('green', message === 'on');
  else print(topic + ' is "' + message.substr(0, 20) + '". Allowed: on, off');
}
