/**
 * The library as an Espruino module, `dist/mqttlink.js`, for applications
 * in plain JavaScript that are sent to the board without this build. What it
 * exports is the API: it must never hold code of its own beyond that.
 */
import { Status } from '../shared/status';

export { MQTTLink, defaultStatusHandler } from './';

declare const exports: object;

type Statuses = { readonly [Name in keyof typeof Status]: (typeof Status)[Name] };

// A getter, since the numbers take some 60 variables: an application that does not look at them has none of them in memory.
Object.defineProperty(exports, 'Status', {
  get: function (): Statuses {
    return {
      BROKER_OK: Status.BROKER_OK,
      BROKER_CHECK: Status.BROKER_CHECK,
      DEFNET: Status.DEFNET,
      SPECNET: Status.SPECNET,
      PUBOK: Status.PUBOK,
      RUNNING: Status.RUNNING,
      UNKNOWN: Status.UNKNOWN,
      WILLOK: Status.WILLOK,
      BROKER_FAIL: Status.BROKER_FAIL,
      WIFI_UP: Status.WIFI_UP,
      WIFI_DOWN: Status.WIFI_DOWN,
      ESP_FAIL: Status.ESP_FAIL,
      NO_NET: Status.NO_NET,
      BAD_VERSION: Status.BAD_VERSION,
      NO_TLS: Status.NO_TLS,
      REFUSED_PROTOCOL: Status.REFUSED_PROTOCOL,
      REFUSED_ID: Status.REFUSED_ID,
      REFUSED_SERVER: Status.REFUSED_SERVER,
      REFUSED_LOGIN: Status.REFUSED_LOGIN,
      REFUSED_AUTH: Status.REFUSED_AUTH,
      BAD_BROKER: Status.BAD_BROKER,
      WIFI_FAIL: Status.WIFI_FAIL,
      SUB_FAIL: Status.SUB_FAIL,
      TOO_LONG: Status.TOO_LONG,
      DROPPED: Status.DROPPED,
      NOT_SAVED: Status.NOT_SAVED,
      NO_TIME: Status.NO_TIME,
      CRASHED: Status.CRASHED,
      SUB_LESS: Status.SUB_LESS,
      PUB_FAIL: Status.PUB_FAIL,
    };
  },
});
