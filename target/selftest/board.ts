/**
 * The target alone: its memory and modules, whether strangers get in, then step
 * by step the way to the broker and back, and the time server, with the parts of
 * the real bundle that speak with them. It must never print a password, join a
 * network with a door open, nor change the network that is saved.
 */
import '../seed';
import { byteAt, char, text, wordAt } from '../../shared/bytes';
import { Flag, PacketType } from '../../shared/mqtt';
import { connectHead, connectTail } from '../../shared/packets';
import { SelftestSetup, check, report, result, setup } from '../../shared/selftest/report';
import { Client, createClient } from '../mqtt-client';
import { createNtp } from '../ntp';
import { fixedHeader } from '../mqtt-packets';

interface TargetSetup extends SelftestSetup {
  /** Variables that the target's bundle takes while it runs. */
  readonly variables: number;
  readonly ssid: string;
  readonly password: string;
  readonly broker: string;
  readonly port: number;
  readonly user: string;
  readonly secret: string;
  readonly timeServer: string;
  readonly timePort: number;
}

/** Milliseconds for each step. */
const LIMIT = 20000;

/** A topic that nobody else uses. */
const TOPIC = 'selftest/' + getSerial() + '/' + Math.floor(Math.random() * 1e6);

/** What is published: bytes of both ends, so that text modes show. */
const PAYLOAD = '\0\xff,self-test';

const own = setup<TargetSetup>();

// The step under way, and what ends it when it takes too long.
let step = '';
let timer: unknown;
// CONNACK's return code.
let refusal = 0;
let client: Client | undefined;

report('say', process.env.BOARD + ', Espruino ' + process.env.VERSION);

check('memory', function () {
  const memory = process.memory();
  report('say', memory.free + ' of ' + memory.total + ' variables are free beside this test');
  return memory.total < own.variables
    ? memory.total + ' variables in all; the bundle needs ' + own.variables
    : undefined;
});

check('module ESP8266', function () {
  const state = require('ESP8266').getState();
  report('say', 'flash of ' + state.flashKB + ' KB (' + state.flashMap + '), ' + state.cpuFrequency + ' MHz');
  return state.flashKB >= 1024 ? undefined : 'it says that there are ' + state.flashKB + ' KB of flash';
});

['Wifi', 'net', 'dgram', 'Storage'].forEach(function (name) {
  check('module ' + name, function () {
    require(name);
    return undefined;
  });
});

check('access point is closed', function () {
  const wifi = require('Wifi');
  const status = wifi.getStatus();
  if (status.ap === 'enabled') {
    const found = wifi.getAPDetails();
    report(
      'say',
      'the board was an access point, ' + found.ssid + ', ' + found.authMode + ' to all around; now closed',
    );
    wifi.stopAP();
  }
  if (status.savedMode.includes('ap'))
    report('say', 'what is saved opens it at each start, until the target bundle has run once');
  return wifi.getStatus().ap === 'disabled' ? undefined : 'it stays open';
});

check('Telnet is off', function () {
  let telnet;
  try {
    telnet = require('TelnetServer');
  } catch (e) {
    report('say', 'this firmware has no Telnet');
  }
  if (telnet) {
    telnet.setOptions({ mode: 'off' });
    report(
      'say',
      'each start opens a console without password on port 23; the target bundle turns it off at once',
    );
  }
  report('say', 'port 88, for new firmware, is open in every network that the board joins, and stays open');
  return undefined;
});

check('radio is always on', function () {
  const wifi = require('Wifi');
  wifi.setConfig({ powersave: 'none' });
  const sleep = wifi.getStatus().powersave;
  return sleep === 'none' ? undefined : 'it sleeps: ' + sleep;
});

function finish(wrong?: string): void {
  if (timer) clearTimeout(timer as never);
  timer = undefined;
  if (step) result(step, wrong);
  step = '';
}

function over(): void {
  const last = client;
  client = undefined;
  if (last) last.disconnect();
  report('end', '');
}

/** What is left cannot be tried. */
function abandon(wrong: string, left: string[]): void {
  finish(wrong);
  left.forEach(function (name) {
    report('skip', name + '|the step before it failed');
  });
  over();
}

const STEPS = [
  'Wi-Fi: join ' + own.ssid,
  'broker: connect',
  'broker: publish and receive',
  'time server: ask',
];

function begin(index: number): void {
  step = STEPS[index];
  timer = setTimeout(function () {
    timer = undefined;
    abandon('nothing within ' + LIMIT / 1000 + ' s', STEPS.slice(index + 1));
  }, LIMIT);
}

function askTime(): void {
  begin(3);
  const ntp = createNtp({
    load: require,
    wifi: require('Wifi'),
    time: getTime,
    later: setTimeout,
    cancel: clearTimeout as (timer: unknown) => void,
  });
  ntp.query(own.timeServer, own.timePort, function (seconds, why) {
    if (seconds) report('say', 'time is ' + new Date(seconds * 1000).toString());
    finish(seconds ? undefined : own.timeServer + ': ' + (why || 'no network'));
    ntp.close();
    over();
  });
}

function subscribe(): void {
  if (client) client.send(packet(PacketType.SUBSCRIBE, '\0\x01' + text(TOPIC) + char(1)));
}

function connected(code: number): void {
  refusal = code;
  if (code) return;
  finish();
  begin(2);
  // The client is not up before it has passed CONNACK on, and sends nothing until then.
  setTimeout(subscribe, 0);
}

function published(type: number, body: string): void {
  const at = 2 + wordAt(body, 0);
  const payload = body.substr(type & Flag.QOS ? at + 2 : at);
  if (step !== STEPS[2]) return;
  if (type & Flag.QOS) (client as Client).send(packet(PacketType.PUBACK, body.substr(at, 2)));
  finish(payload === PAYLOAD ? undefined : 'got ' + JSON.stringify(payload));
  askTime();
}

function packet(type: number, body: string): string {
  return fixedHeader(type, body.length) + body;
}

function connect(): void {
  const login = {
    _clientId: 'selftest' + Math.floor(Math.random() * 1e6),
    _user: own.user,
    _password: own.secret,
    _keepAlive: 30,
    _clean: true,
    _will: undefined,
  };
  begin(1);
  client = createClient({
    open: function (opened) {
      return require('net').connect({ host: own.broker, port: own.port }, opened);
    },
    hello: packet(PacketType.CONNECT, connectHead(login) + connectTail(login)),
    limit: 10,
    keepAlive: 30,
    maxBody: 256,
    later: setTimeout,
    cancel: clearTimeout as (timer: unknown) => void,
    received: function (message) {
      const type = byteAt(message, 0);
      const body = message.substr(1);
      if (type === PacketType.CONNACK) connected(byteAt(body, 1));
      if (type === PacketType.SUBACK)
        (client as Client).send(packet(PacketType.PUBLISH | 2, text(TOPIC) + '\0\x02' + PAYLOAD));
      if ((type & 0xf0) === PacketType.PUBLISH) published(type, body);
    },
    failed: function (_status, detail) {
      // Ended by the test itself.
      if (!client) return;
      client = undefined;
      abandon(
        refusal ? 'the broker refuses, CONNACK code ' + refusal : detail,
        STEPS.slice(step === STEPS[1] ? 2 : 3),
      );
    },
    cut: function () {},
    room: function () {
      return true;
    },
    drained: function () {},
  });
  client.connect();
}

begin(0);
require('Wifi').connect(own.ssid, { password: own.password }, function (error: string | null) {
  if (error) abandon(error.split('_').join(' '), STEPS.slice(1));
  else {
    finish();
    connect();
  }
});
