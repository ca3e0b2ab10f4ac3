/**
 * The status values in words, for people. It must never be given anything but
 * what the target reports.
 */
import { Status } from '../shared/status';

// A switch, since only the words that are asked for take memory on the board.
function words(status: number): string {
  switch (status) {
    case Status.BROKER_OK:
      return 'connected to the broker';
    case Status.BROKER_CHECK:
      return 'connecting to the broker';
    case Status.DEFNET:
      return 'joining the saved network';
    case Status.SPECNET:
      return 'the network in the settings may be tried';
    case Status.PUBOK:
      return 'publication acknowledged';
    case Status.RUNNING:
      return 'running';
    case Status.UNKNOWN:
      return 'unknown message';
    case Status.WILLOK:
      return 'will registered';
    case Status.BROKER_FAIL:
      return 'no connection to the broker';
    case Status.WIFI_UP:
      return 'Wi-Fi is up';
    case Status.WIFI_DOWN:
      return 'Wi-Fi is down';
    case Status.ESP_FAIL:
      return 'the target does not answer and is reset';
    case Status.NO_NET:
      return 'no connection to the broker for too long';
    case Status.BAD_VERSION:
      return 'host and target speak different versions';
    case Status.NO_TLS:
      return "the target's firmware has no TLS";
    case Status.REFUSED_PROTOCOL:
      return 'the broker refuses MQTT 3.1.1';
    case Status.REFUSED_ID:
      return 'the broker refuses the client identifier';
    case Status.REFUSED_SERVER:
      return 'the broker is unavailable';
    case Status.REFUSED_LOGIN:
      return 'the broker refuses user name or password';
    case Status.REFUSED_AUTH:
      return 'the broker does not authorise this client';
    case Status.BAD_BROKER:
      return 'the broker does not speak MQTT 3.1.1';
    case Status.WIFI_FAIL:
      return 'the network could not be joined';
    case Status.SUB_FAIL:
      return 'the broker refused a subscription';
    case Status.TOO_LONG:
      return 'a message was too long and was dropped';
    case Status.DROPPED:
      return 'messages were dropped';
    case Status.NOT_SAVED:
      return 'publications could not be saved';
    case Status.NO_TIME:
      return 'no time from the server';
    case Status.CRASHED:
      return 'the target had begun anew';
    case Status.SUB_LESS:
      return 'the broker grants a lower QoS';
    case Status.PUB_FAIL:
      return 'the broker closes on a publication, which was put aside';
    default:
      return 'status ' + status;
  }
}

/** A status in words. `detail` as the status handler gets it. */
export function statusText(status: number, detail: string): string {
  const more =
    status === Status.BROKER_OK ? (detail === '1' ? ', session kept' : '') : detail && ': ' + detail;
  return words(status) + more;
}
