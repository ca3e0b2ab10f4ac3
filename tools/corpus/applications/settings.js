import { MQTTLink, launch } from 'espruino-mqtt-link';

// All that can be set is described once: type, limits, default. Messages change it, a file keeps it.
const DESCRIPTION = {
  interval: { type: 'number', min: 1, max: 60, value: 10 },
  name: { type: 'string', value: 'node' },
  alarm: { type: 'boolean', value: false },
};
const storage = require('Storage');
class Settings {
  constructor(description) {
    this.description = description;
    const kept = storage.readJSON('settings') ?? {};
    for (const [key, { value }] of Object.entries(description)) this[key] = kept[key] ?? value;
  }
  set(key, text) {
    const rule = this.description[key];
    if (!rule) throw new RangeError(`no setting ${key}`);
    const value = rule.type === 'number' ? parseFloat(text) : rule.type === 'boolean' ? text === 'true' : text;
    if (rule.type === 'number' && !(value >= rule.min && value <= rule.max)) throw new RangeError(`${key}: ${rule.min} to ${rule.max}`);
    this[key] = value;
    const { description, ...rest } = this;
    storage.writeJSON('settings', rest);
    return rest;
  }
}
const settings = new Settings(DESCRIPTION);
launch((link) => {
  link.subscribe('set/#', (topic, text) => {
    const [, key] = topic.split('/');
    try { link.publish('settings', JSON.stringify(settings.set(key, text)), true); }
    catch (e) { link.publish('error', e instanceof RangeError ? e.message : 'strange: ' + e); }
  });
});

// ---- inputs ----
at(20, function () { message('set/interval', '30'); });
at(30, function () { message('set/interval', '300'); });
at(40, function () { message('set/name', 'shed'); message('set/alarm', 'true'); message('set/none', '1'); });
$$run(100);
