/**
 * A small MQTT 3.1.1 broker for one client, on a clock that others drive: it
 * keeps the session, has QoS 1 acknowledged and sends again what was not. It
 * must never do what a broker may not.
 */
import mqttPacket, { type Packet } from 'mqtt-packet';

/** One connection as the board's socket sees it. */
export interface Pipe {
  /** To the board. */
  data(bytes: string): void;
  closed(): void;
}

export class ScriptedBroker {
  /** Payloads of publications, in the order in which they came; those sent again too. */
  readonly got: string[] = [];
  connections = 0;
  private pipe: Pipe | undefined;
  private filter: string | undefined;
  private readonly waiting: { id: number; payload: string; sent: boolean }[] = [];
  private lastId = 0;
  private parser = mqttPacket.parser({ protocolVersion: 4 });

  /** A connection opens. @returns takes what the board sends */
  connect(pipe: Pipe): (bytes: string) => void {
    this.close();
    this.pipe = pipe;
    this.parser = mqttPacket.parser({ protocolVersion: 4 });
    this.parser.on('packet', (packet: Packet) => this.take(packet));
    this.parser.on('error', () => this.close());
    const { parser } = this;
    return (bytes) => void (parser === this.parser && parser.parse(Buffer.from(bytes, 'latin1')));
  }

  close(): void {
    const { pipe } = this;
    this.pipe = undefined;
    pipe?.closed();
  }

  /** The board's end is gone, without a word or with one. */
  left(pipe: Pipe): void {
    if (this.pipe === pipe) this.pipe = undefined;
  }

  /** For the board, with QoS 1. */
  publish(payload: string): void {
    this.waiting.push({ id: (this.lastId = (this.lastId % 65535) + 1), payload, sent: false });
    this.flush(false);
  }

  /** Everything was acknowledged. */
  get isIdle(): boolean {
    return !this.waiting.length;
  }

  private say(packet: Packet): void {
    this.pipe?.data(mqttPacket.generate(packet).toString('latin1'));
  }

  private flush(again: boolean): void {
    if (!this.pipe || this.filter === undefined) return;
    for (const one of this.waiting) {
      if (one.sent && !again) continue;
      const dup = one.sent;
      one.sent = true;
      this.say({
        cmd: 'publish',
        topic: 'in',
        payload: one.payload,
        qos: 1,
        messageId: one.id,
        dup,
        retain: false,
      });
    }
  }

  private take(packet: Packet): void {
    if (packet.cmd === 'connect') {
      this.connections++;
      if (packet.clean) {
        this.filter = undefined;
        this.waiting.length = 0;
      }
      this.say({ cmd: 'connack', returnCode: 0, sessionPresent: this.filter !== undefined });
      this.flush(true);
    } else if (packet.cmd === 'subscribe') {
      const first = this.filter === undefined;
      this.filter = packet.subscriptions[0]?.topic;
      this.say({ cmd: 'suback', messageId: packet.messageId as number, granted: [1] });
      if (first) this.flush(false);
    } else if (packet.cmd === 'publish') {
      this.got.push(packet.payload.toString());
      if (packet.qos) this.say({ cmd: 'puback', messageId: packet.messageId as number });
    } else if (packet.cmd === 'puback') {
      const at = this.waiting.findIndex((one) => one.id === packet.messageId);
      if (at >= 0) this.waiting.splice(at, 1);
    } else if (packet.cmd === 'pingreq') this.say({ cmd: 'pingresp' });
    else if (packet.cmd === 'disconnect') this.close();
  }
}
