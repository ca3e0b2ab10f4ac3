/**
 * The host's part in the acceptance test: has the application that is saved on
 * the board start with the tool's settings, and answers messages beside it. It
 * must write nothing to Storage: there are passwords in the settings.
 */
import { MQTTLink, StatusHandler } from '../mqttlink';
import { SelftestSetup, report, setup } from '../../shared/selftest/report';
import { Status } from '../../shared/status';

interface AcceptanceSetup extends SelftestSetup {
  /** Contents of `pins.json` and `net.json` for this run. */
  readonly files: { readonly [name: string]: unknown };
  /** What all topics of the test begin with. */
  readonly topic: string;
}

/** How far it is, as numbers alone: names take memory. */
export type Tally = [
  /** 1: target and broker are there. */
  running: number,
  /** Messages that came: in order, again, passed over by a later one; and answers that found no room. */
  received: number,
  doubled: number,
  missed: number,
  refused: number,
  /** As the library counts. */
  resets: number,
  reconnects: number,
  dropped: number,
  /** Variables in use here, and what the target told last, 0: nothing yet. */
  host: number,
  target: number,
];

declare const global: {
  /** What `launch` leaves there. */
  mqttLink?: MQTTLink;
  attach: () => number;
  tally: () => Tally | 0;
  askMemory: () => void;
};

const own = setup<AcceptanceSetup>();
let last = 0;
let received = 0;
let doubled = 0;
let missed = 0;
let refused = 0;
let memory = 0;

const storage = require('Storage');
const readJSON = storage.readJSON;

// The application asks for its settings as ever; for this run it gets those of the tool. What is assigned to a built-in
// module stands before what is built in (src/jsparse.c, jspGetNamedField), and is gone at the next start.
storage.readJSON = function (name: string): unknown {
  return own.files[name] || readJSON(name);
};

function take(_topic: string, message: string): void {
  const number = parseInt(message);
  if (number <= last) doubled++;
  else {
    missed += number - last - 1;
    last = number;
    received++;
  }
  try {
    linkFor('publish').publish(own.topic + '/out', message, false, 1);
  } catch (e) {
    refused++;
  }
}

/** The application's link, whose methods are those that the application uses, and what it has beside them. */
function linkFor(method: keyof MQTTLink): MQTTLink {
  const link = global.mqttLink as MQTTLink & { all: () => MQTTLink };
  return link[method] ? link : link.all();
}

const heed: StatusHandler = function (_link, status, detail) {
  report('say', 'status|' + status + '|' + detail);
  return status === Status.SPECNET ? 1 : undefined;
};

/** @returns 1 when the application has made its link and the test takes part in it */
global.attach = function () {
  if (!global.mqttLink) return 0;
  linkFor('statusHandler').statusHandler(heed);
  linkFor('subscribe').subscribe(own.topic + '/in', take, 1);
  return 1;
};

global.tally = function () {
  if (!global.mqttLink) return 0;
  const counts = linkFor('counts').counts();
  return [
    linkFor('running').running() ? 1 : 0,
    received,
    doubled,
    missed,
    refused,
    counts.resets,
    counts.reconnects,
    counts.dropped,
    process.memory().usage,
    memory,
  ];
};

global.askMemory = function () {
  linkFor('command').command('mem', function (used) {
    memory = used;
  });
};
