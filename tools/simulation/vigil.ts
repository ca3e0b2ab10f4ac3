/**
 * The rule that nothing may stand still: whatever happens, within a stated
 * bound either messages flow again, or a status says what is wrong, `running()`
 * is false and the next try is under way. It only looks, once a second.
 */
import type { HostBoard } from './host-board';
import type { Context } from './context';
import type { Ledger } from './ledger';

/** Statuses that say why nothing flows; numbers as in `shared/status.ts`. */
const BAD = new Set([8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 27]);

/** Seconds for which a status handler's Promise is waited for. */
export const HANDLER = 300;

export interface VigilOptions {
  readonly context: Context;
  readonly ledger: Ledger;
  readonly host: HostBoard;
  /** Seconds, as in the settings. */
  readonly timeout: number;
  readonly responseTime: number;
  readonly keepAlive: number;
  /** The host does nothing at all now, so no second counts. */
  readonly stands: () => boolean;
}

export interface Vigil {
  /** The host starts. */
  begins(): void;
  /** The handler was told a status. */
  told(status: number): void;
  /** The library waits for the handler's Promise, for so many seconds at the most. */
  waits(seconds: number): void;
  /** A publication with QoS 1 was acknowledged. */
  acknowledged(): void;
  /** A message reached the application. */
  arrived(): void;
}

export function createVigil(options: VigilOptions): Vigil {
  const { context, ledger, host, timeout, responseTime, keepAlive } = options;
  // What the link may take for the first message of its queue: a target that asks for none has six times the timeout,
  // and a long message 10 s more. Before that a flood that comes in may hold it up, and behind it are the broker's time,
  // the tick in which that is noticed, and the pause after CONNACK in which a broker that closes is not yet asked again.
  const out = 6 * timeout + 10 + responseTime + 15;
  // Nothing comes: that is noticed when four pings and one more were not answered; then as above.
  const inward = keepAlive * 1.25 + 6 * timeout + 10 + 15;
  // No word of Wi-Fi for 120 s, or a pause of 60 s and a fourth of that and two limits for a broker that is silent.
  const silent = 120 + 20 + timeout + 15;
  // From the end of `running()` until a status says why: the target has to say that the connection is over.
  const explained = timeout + 5 + 15;
  let outFor = 0;
  let inFor = 0;
  let silentFor = 0;
  let offFor = 0;
  let wasRunning = false;
  // A board that has only just started owes no reason.
  let said = true;
  // Until when a Promise of the handler is waited for, seconds: all else waits, so no second counts.
  let waitsUntil = 0;

  const now = (): number => context.world.now() / 1e6;

  function check(): void {
    context.after(1, check);
    if (!host.isOn) return;
    if (options.stands()) return;
    const running = host.link.running();
    if (running && !wasRunning) outFor = inFor = 0;
    if (!running && wasRunning) offFor = 0;
    if (running) said = false;
    wasRunning = running;
    if (now() < waitsUntil) return;
    outFor = running && ledger.unheard().length ? outFor + 1 : 0;
    inFor = running && ledger.openIn().length ? inFor + 1 : 0;
    silentFor = running ? 0 : silentFor + 1;
    offFor = running || said ? 0 : offFor + 1;
    if (outFor > out) context.fail(`stuck: nothing acknowledged for ${out} s of running`);
    if (inFor > inward) context.fail(`stuck: nothing came in for ${inward} s of running`);
    if (offFor > explained) context.fail(`not running for ${explained} s, and no status says why`);
    if (silentFor > silent) context.fail(`not running, and no status for ${silent} s`);
  }
  context.after(1, check);

  return {
    begins() {
      outFor = inFor = silentFor = offFor = waitsUntil = 0;
      wasRunning = false;
      said = true;
    },
    told(status) {
      silentFor = 0;
      if (!BAD.has(status)) return;
      said = true;
      // It may run again before the next look.
      if (!host.link.running()) outFor = inFor = 0;
      // Nothing is told while a Promise is waited for, but that the run is over, and with it the wait.
      waitsUntil = 0;
    },
    waits: (seconds) => (waitsUntil = now() + seconds),
    acknowledged: () => (outFor = 0),
    // What came before LEAVE got to the target comes first, and after a flood that takes its time, as does an answer.
    arrived: () => {
      inFor = offFor = 0;
      outFor = Math.max(0, outFor - 1);
    },
  };
}
