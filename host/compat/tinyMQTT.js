/**
 * The module `tinyMQTT` of boards with Wi-Fi, over the link: for programs that were written for such a board. Functions,
 * events and arguments are those of Espruino's own module: what is published is retained, and the broker keeps the session.
 */
var wifi = require('Wifi');

function TinyMQTT(server, options) {
  var mqtt = this;
  options = options || {};
  this.server = server;
  this.port = options.port || 1883;
  this.client_id = getSerial();
  this.keep_alive = 65535;
  this.clean_session = false;
  this.username = options.username;
  this.password = options.password;
  this.cn = false;
  this._got = function (topic, message) {
    mqtt.emit('message', { topic: topic, message: message });
  };
  this._got.granted = function () {
    mqtt.emit('subscribed');
  };
}

TinyMQTT.prototype._bye = function () {
  this.cn = false;
  this.emit('disconnected');
};

/** Takes a status of the link; the numbers are those of `Status`. */
TinyMQTT.prototype._on = function (status) {
  // BROKER_OK.
  if (!status) {
    this.cn = true;
    this.emit('connected');
  }
  // Whatever ends a connection: BROKER_FAIL, ESP_FAIL, REFUSED_PROTOCOL to BAD_BROKER, CRASHED.
  else if (this.cn && (status === 8 || status === 11 || (status > 14 && status < 21) || status === 27))
    this._bye();
};

TinyMQTT.prototype.connect = function () {
  wifi._use(this);
};

TinyMQTT.prototype.disconnect = function () {
  wifi._off(this);
  if (this.cn) this._bye();
};

TinyMQTT.prototype.subscribe = function (topic) {
  wifi._get().subscribe(topic, this._got, 1);
};

TinyMQTT.prototype.publish = function (topic, message, retain) {
  if (!this.cn) return;
  try {
    wifi._get().publish(topic, '' + message, retain === undefined || !!retain, 0);
  } catch (e) {
    throw 'tMQTT-TL';
  }
  this.emit('published');
};

exports.create = function (server, options) {
  return new TinyMQTT(server, options);
};
