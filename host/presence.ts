/**
 * Says on the topic `state` whether a board is there, for the applications
 * here: the broker keeps the last word and tells whoever comes later. The will
 * has the other word, so it must be set before the MQTTLink is made.
 */
import { MQTTLink } from 'espruino-mqtt-link';

const TOPIC = 'state';

/** What the broker says when it hears no more of the target. To be called before `launch`. */
export function leaveWord(): void {
  MQTTLink.will(TOPIC, 'gone', true, 1);
}

/** Says so at each connection, since the broker may have said the contrary meanwhile. */
export function announce(link: MQTTLink | undefined): void {
  if (!link) return;
  link.on('connect', function () {
    // Once is enough, however many connections were lost before it was acknowledged.
    if (link.pubqTopics().indexOf(TOPIC) < 0) link.publish(TOPIC, 'here', true, 1);
  });
}
