/** What the target runs to count the bytes of bare wires. */
import { createResponder } from '../../../shared/responder';
import { pins } from '../../../target/board';
import { exchange } from './wires';

const plan = require('Storage').readJSON('bench.json');
const wire = createResponder({
  clockOut: pins.clockOut,
  dataOut: pins.dataOut,
  clockIn: pins.clockIn,
  dataIn: pins.dataIn,
  read: digitalRead,
  write: digitalWrite,
  spins: 1000,
});
wire.reset();
exchange(wire.run, false, plan.repeats, plan.rest, plan.counted === 'target');
