/**
 * Messages of random content over the real link, both ways at once, and what
 * became of them. Each end knows what has to come, so a message that is wrong
 * and passes its check sum is found too.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress as Numbers } from '../../shared/selftest/frames';
import { program, runHelper } from './suite';
import type { BoardBench } from './suite';
import type { HostPins } from './lines';
import type { Tap } from './tap';

/** Without a message more for so long, ms, the link counts as dead. */
const STALLED = 15_000;

/** Between looks at how far it is, ms; they cost the boards time. */
const LOOK = 1500;

/** Between remarks, ms. */
const REMARK = 10_000;

/** Until a target that the host's pins have reset does so: at once, but where boards are virtual. ms */
const RESTARTED = 500;

/** Part of headers and bodies that may be damaged on wires that are right: noise reaches any wire now and then. */
const NOISE = 0.01;

export interface FramesOptions {
  /** Messages each way. */
  readonly frames: number;
  /** After so many seconds what has come is enough. */
  readonly seconds?: number;
}

/** One direction: messages and their bytes a second. */
interface Rate {
  readonly received: number;
  readonly rate: number;
  readonly bytes: number;
}

export interface FramesFigures {
  readonly toTarget: Rate;
  readonly toHost: Rate;
  readonly exchanges: number;
  readonly damaged: number;
  readonly resent: number;
}

interface Progress {
  readonly sent: number;
  readonly received: number;
  readonly wrong: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly ups: number;
  readonly exchanges: number;
  readonly resent: number;
  readonly damaged: number;
}

function rateOf({ received, bytes, seconds }: Progress): Rate {
  return {
    received,
    rate: seconds > 0 ? received / seconds : 0,
    bytes: seconds > 0 ? bytes / seconds : 0,
  };
}

/** Whether the program is there still, and has not made room for what is saved: that may have names like its own. */
function isThere(board: BoardBench, seeds: readonly number[]): Promise<boolean> {
  return board
    .evaluate(`typeof selftest=="object"&&selftest.seeds&&""+selftest.seeds=="${seeds.join()}"`, 20_000)
    .then((there) => there === true);
}

async function progress(board: BoardBench, seeds: readonly number[]): Promise<Progress> {
  if (!(await isThere(board, seeds)))
    throw new Error(
      `The board at ${board.port} restarted in the middle of the messages: its supply is weak, or somebody resets it`,
    );
  const numbers = (await board.evaluate('progress()', 20_000)) as Numbers;
  const [sent, received, wrong, bytes, seconds, ups, exchanges, resent, damaged] = numbers;
  return { sent, received, wrong, bytes, seconds, ups, exchanges, resent, damaged };
}

/** @throws Error, one line, when a board does not take part. */
export async function testFrames(
  host: BoardBench,
  target: BoardBench,
  pins: HostPins,
  options: FramesOptions,
  tap: Tap,
): Promise<FramesFigures> {
  const { frames } = options;
  const seeds: [number, number] = [Math.floor(Math.random() * 1e6), Math.floor(Math.random() * 1e6)];
  const names = [pins.reset, pins.sckout, pins.stx, pins.srx, pins.sckin];
  // The host first: on its way it may reset the target, which then runs what is saved on it for a while.
  const setup = { frames, seeds, resetInverted: pins.resetInverted === true };
  await runHelper(host, program('host-frames', names, setup), 'progress');
  await sleep(RESTARTED);
  const theirs = [...seeds].reverse();
  await runHelper(target, program('target-frames', [], { frames, seeds: theirs }), 'progress');
  const ends = async (): Promise<[Progress, Progress]> => [
    await progress(host, seeds),
    await progress(target, theirs),
  ];
  await ends();
  for (const board of [target, host]) await board.evaluate('go()');

  const began = Date.now();
  let moved = began;
  let remarked = began;
  let sum = 0;
  let atHost: Progress;
  let atTarget: Progress;
  for (;;) {
    await sleep(LOOK);
    const both = ([atHost, atTarget] = await ends());
    const now = atHost.received + atTarget.received + atHost.sent + atTarget.sent;
    if (now !== sum) moved = Date.now();
    sum = now;
    if (both.every(({ sent, received }) => sent >= frames && received >= frames)) break;
    if (both.some(({ wrong }) => wrong > 0) || Date.now() - moved > STALLED) break;
    if (options.seconds && Date.now() - began > options.seconds * 1000) break;
    if (Date.now() - remarked < REMARK) continue;
    remarked = Date.now();
    tap.comment(
      `${String(atTarget.received)} of ${String(frames)} messages to the target, ${String(atHost.received)} to the host`,
    );
  }

  const enough = options.seconds !== undefined && Date.now() - began > options.seconds * 1000;
  tap.result(
    'link: comes up and stays up',
    atHost.ups === 0 || atTarget.ups === 0
      ? 'the ends do not find each other'
      : atHost.ups > 1 || atTarget.ups > 1
        ? 'it went down in between'
        : undefined,
  );
  for (const [where, { received, wrong }] of [
    ['target', atTarget],
    ['host', atHost],
  ] as const) {
    const complaint =
      wrong > 0
        ? `after ${String(received)} a message is not the one that was sent`
        : received === 0
          ? 'none came'
          : received < frames && !enough
            ? `it stopped after ${String(received)}`
            : undefined;
    tap.result(`link: ${String(frames)} messages to the ${where}, in order and intact`, complaint);
  }
  const damaged = atHost.damaged + atTarget.damaged;
  const exchanged = 2 * Math.max(1, atHost.exchanges);
  tap.result(
    'link: hardly any is damaged on the way',
    damaged / exchanged > NOISE
      ? `${String(damaged)} of ${String(exchanged)}: the wires are noisy, or too long`
      : undefined,
  );
  const toTarget = rateOf(atTarget);
  const toHost = rateOf(atHost);
  const { exchanges } = atHost;
  const resent = atHost.resent + atTarget.resent;
  tap.comment(
    `${String(toTarget.received)} messages to the target at ${toTarget.bytes.toFixed(0)} bytes/s, ${String(toHost.received)} to the host at ${toHost.bytes.toFixed(0)} bytes/s`,
  );
  tap.comment(`${String(exchanges)} exchanges, ${String(damaged)} damaged, ${String(resent)} sent again`);
  return { toTarget, toHost, exchanges, damaged, resent };
}
