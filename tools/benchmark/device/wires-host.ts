/** What the host runs to count the bytes of bare wires. */
import { createInitiator } from '../../../shared/initiator';
import { exchange } from './wires';

declare const Pin: (name: string) => Pin;

const plan = require('Storage').readJSON('bench.json');
const names = require('Storage').readJSON('pins.json');
const pins = {
  clockOut: Pin(names.sckout),
  dataOut: Pin(names.stx),
  clockIn: Pin(names.sckin),
  dataIn: Pin(names.srx),
  read: digitalRead,
  write: digitalWrite,
  spins: 1000,
};

pinMode(pins.clockIn, 'input');
pinMode(pins.dataIn, 'input');
const wire = createInitiator(pins as never);
wire.reset();
exchange(wire.run, true, plan.repeats, plan.rest, plan.counted === 'host');
