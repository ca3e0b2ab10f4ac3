// A device of which everything is set by retained messages: `remote/set/NAME` sets what `settings` has, from the broker at
// each start, so the board itself keeps nothing. What it runs with is on `remote/is`, and what it refuses on `remote/error`.
import { MQTTLink, launch } from 'espruino-mqtt-link';

const settings = { interval: 10, topic: 'remote/value', low: 0, high: 100 };

type Name = keyof typeof settings;

let timer: unknown;

function measure(link: MQTTLink): void {
  const { low, high, topic } = settings;
  if (link.pubqLen() < 5) link.publish(topic, (low + Math.random() * (high - low)).toFixed(1), false, 1);
}

function apply(link: MQTTLink): void {
  if (timer) clearInterval(timer as never);
  timer = setInterval(measure, settings.interval * 1000, link);
  print(JSON.stringify(settings));
  link.publish('remote/is', JSON.stringify(settings), true, 1);
}

/** @returns what is wrong, or nothing */
function set(name: string, value: string): string | undefined {
  if (!(name in settings)) return `there is no ${name}, but ${Object.keys(settings).join(', ')}`;
  if (name === 'topic') {
    if (!value || /[+#]/.test(value)) return `topic is ${value}. Allowed: one without + and #`;
    settings.topic = value;
    return undefined;
  }
  const number = Number(value);
  if (isNaN(number) || (name === 'interval' && !(number >= 1 && number <= 86400)))
    return `${name} is ${value}. Allowed: a number${name === 'interval' ? ', 1 to 86400' : ''}`;
  settings[name as Exclude<Name, 'topic'>] = number;
  return undefined;
}

launch((link) => {
  link.subscribe(
    'remote/set/+',
    (topic, message) => {
      const wrong = set(topic.substr('remote/set/'.length), message);
      if (wrong === undefined) apply(link);
      else link.publish('remote/error', wrong, false, 1);
    },
    1,
  );
  if (!timer) apply(link);
});
