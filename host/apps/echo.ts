/**
 * Sends back what it gets: a message on `echo/anything` returns unchanged on
 * `echoed/anything`, with the QoS it came with. For trying what the link
 * carries, and how fast.
 */
import { launch } from 'espruino-mqtt-link';

launch(function (link) {
  link.subscribe(
    'echo/#',
    function (topic, message, _retained, qos) {
      link.publish('echoed' + topic.substr(4), message, false, qos);
    },
    1,
  );
});
