/** What the target runs to count what the link takes: it takes messages, and sends some when it is asked. */
import { MAX_MESSAGE, createLink } from '../../../shared/link';
import { createResponder } from '../../../shared/responder';
import { pins, watch } from '../../../target/board';

/** Milliseconds from being asked to the answer: by then the tool has looked at the count. */
const LATER = 3500;

function answer(): void {
  link.send('0123456789abcdef');
}

function message(text: string): void {
  if (text === '?') setTimeout(answer, LATER);
}

const wire = createResponder(pins);

const link = createLink({
  wire: wire,
  initiator: false,
  time: getTime,
  later: setTimeout,
  cancel: clearTimeout,
  watch: watch,
  unwatch: clearWatch,
  timeout: 0,
  hold: 10,
  max: MAX_MESSAGE,
  up: function () {
    print('up');
  },
  down: function () {
    print('down');
  },
  message: message,
  room: function () {
    // There is always room.
  },
});

link.start();
