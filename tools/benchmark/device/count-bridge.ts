/**
 * What the host runs to count what publications and messages take, over the
 * library as an application uses it: one at a time, from rest, and after each a
 * line. At `COUNT wait QOS` the tool publishes.
 */
import { MQTTLink } from '../../../host';
import { launch } from '../../../host/launch';
import { onGo } from './go';

const plan = require('Storage').readJSON('bench.json');

/** Milliseconds for a thing to be over. */
const OVER = 1500;

let link: MQTTLink;
let step = -1;

function say(kind: string): void {
  print('COUNT ' + kind + ' 0');
}

function next(): void {
  const kind = ['idle', 'publish0', 'publish1', 'message0', 'message1'][++step % 5];
  if (step > plan.repeats * 5) return print('COUNT end 0');
  if (step === plan.repeats * 5) {
    setTimeout(say, plan.rest * 1000, 'rest');
    return;
  }
  if (kind[0] === 'p') link.publish('bench/sink', '0123456789abcdef', false, +kind[7]);
  // A message comes when it comes, and is told then.
  if (kind[0] === 'm') print('COUNT wait ' + kind[7]);
  else setTimeout(say, OVER, kind);
}

launch(function (started) {
  link = started;
  link.subscribe(
    'bench/in',
    function (_topic, _message, _retained, qos) {
      setTimeout(say, OVER, 'message' + qos);
    },
    1,
  );
  onGo(next);
  setTimeout(say, 3000, 'begin');
});
