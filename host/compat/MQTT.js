/**
 * The module `MQTT` of boards with Wi-Fi, over the link: for programs that were written for such a board. Functions, events
 * and arguments are those of Espruino's own module, but that QoS 1 is resent, subscriptions are renewed and a lost broker is
 * connected to again. It must never throw where that one does not: its errors are events.
 */
var wifi = require('Wifi');

/** CONNACK codes in words, from 1 on. */
var REFUSED =
  'UNACCEPTABLE_PROTOCOL_VERSION IDENTIFIER_REJECTED SERVER_UNAVAILABLE BAD_USER_NAME_OR_PASSWORD NOT_AUTHORIZED';

function MQTT(server, options) {
  var mqtt = this;
  options = options || {};
  this.server = server;
  this.port = options.port || 1883;
  this.client_id = options.client_id;
  this.keep_alive = options.keep_alive || 60;
  this.clean_session = options.clean_session !== false;
  this.username = options.username;
  this.password = options.password;
  this.will = options.will;
  this.client = false;
  this.connected = false;
  // The same for all subscriptions: a message that several match comes once.
  this._got = function (topic, message, retained, qos) {
    mqtt.emit('publish', {
      topic: topic,
      message: message,
      dup: 0,
      qos: qos,
      pid: 0,
      retain: retained ? 1 : 0,
    });
    mqtt.emit('message', topic, message);
  };
  this._got.granted = function () {
    mqtt.emit('subscribed');
  };
}

MQTT.prototype._err = function (e) {
  var text = (e && e.message) || '' + e;
  // Few programs listen.
  print('MQTT: ' + text);
  this.emit('error', text);
};

MQTT.prototype._bye = function () {
  this.connected = false;
  this.emit('disconnected');
  this.emit('close');
};

/** Takes a status of the link; the numbers are those of `Status`. */
MQTT.prototype._on = function (status, detail) {
  // BROKER_OK.
  if (!status) {
    this.connected = true;
    this.emit('connected');
    this.emit('connect');
  }
  // PUBOK.
  else if (status === 4) this.emit('puback', detail | 0);
  // SUB_FAIL.
  else if (status === 22) this.emit('subscribed_fail');
  // NO_TLS, TOO_LONG, PUB_FAIL.
  else if (status === 14) this.emit('error', 'no TLS');
  else if (status === 23) this.emit('error', 'message too long: ' + detail);
  else if (status === 29) this.emit('error', 'publication refused: ' + detail);
  // REFUSED_PROTOCOL and the next four.
  else if (status > 14 && status < 20) {
    this.emit('error', 'Connection refused, ' + REFUSED.split(' ')[status - 15]);
    this._bye();
  }
  // BROKER_FAIL, BAD_BROKER; ESP_FAIL and CRASHED concern a connection that stands.
  else if (status === 8 || status === 20 || (this.connected && (status === 11 || status === 27))) this._bye();
};

MQTT.prototype.connect = function (socket) {
  if (socket) throw new Error('MQTT: the link connects by itself, and takes no socket');
  this._end();
  try {
    wifi._use(this);
    this.client = true;
  } catch (e) {
    this._err(e);
    this.emit('disconnected');
  }
};

/** Ends what `disconnect` began. */
MQTT.prototype._end = function () {
  if (!this._t) return;
  clearInterval(this._t);
  this._t = undefined;
  wifi._off(this);
  if (this.connected) this._bye();
};

MQTT.prototype.disconnect = function () {
  var mqtt = this;
  var left = 50;
  if (!this.client) return;
  this.client = false;
  // What was published before it goes out before it.
  this._t = setInterval(function () {
    if (!wifi._get().pubqLen() || !mqtt.connected || !left--) mqtt._end();
  }, 100);
};

MQTT.prototype.publish = function (topic, message, options) {
  var qos = options && options.qos ? 1 : 0;
  if (!this.client || (!qos && !this.connected)) return;
  try {
    wifi._get().publish(topic, message.toString(), !!(options && options.retain), qos);
  } catch (e) {
    this._err(e);
  }
};

MQTT.prototype.subscribe = function (topics, options) {
  var mqtt = this;
  var qos = options && options.qos;
  function add(topic, qos) {
    try {
      wifi._get().subscribe(topic, mqtt._got, qos ? 1 : 0);
    } catch (e) {
      mqtt._err(e);
    }
  }
  if (!this.client) return;
  if (typeof topics === 'string') add(topics, qos);
  else if (Array.isArray(topics))
    topics.forEach(function (topic) {
      add(topic, qos);
    });
  else
    Object.keys(topics).forEach(function (topic) {
      var one = topics[topic];
      add(topic, one && one.qos !== undefined ? one.qos : one);
    });
};

MQTT.prototype.unsubscribe = function (topic) {
  if (!this.client) return;
  try {
    wifi._get().unsubscribe(topic);
    this.emit('unsubscribed');
  } catch (e) {
    this._err(e);
  }
};

// The link pings by itself, and notices when no answer comes.
MQTT.prototype.ping = function () {
  if (this.connected) this.emit('ping_reply');
};

exports.create = function (server, options) {
  return new MQTT(server, options);
};

exports.connect = function (options) {
  var mqtt = new MQTT(options.host, options);
  mqtt.connect();
  return mqtt;
};
