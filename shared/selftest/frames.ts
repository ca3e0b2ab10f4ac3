/**
 * Sends messages of random length and content over the link, and knows those
 * that must come from the other end, in order: both are made of a number and
 * a seed. It must notice what no check sum would: a message that is not the
 * one that was sent.
 */
import { Link } from '../link';
import { SelftestSetup, setup } from './report';

/** Longest message, bytes. */
export const LONGEST = 64;

/** Messages that wait in the link at a time. */
const WAITING = 3;

export interface FramesSetup extends SelftestSetup {
  /** Messages each way. */
  readonly frames: number;
  /** Of what this end sends, and of what comes. */
  readonly seeds: [mine: number, theirs: number];
}

/** How far an end is, as numbers alone: names take memory. */
export type Progress = [
  /** Messages that the other end has acknowledged; that came as they were sent; that did not. */
  sent: number,
  received: number,
  wrong: number,
  /** Bytes of the messages received. */
  bytes: number,
  /** Seconds from the first time that the link was up to the last message. */
  seconds: number,
  /** Times that the link came up. */
  ups: number,
  /** As the link counts. */
  exchanges: number,
  resent: number,
  damaged: number,
];

declare const global: { go: () => void; progress: () => Progress };

/** Message number `index` of a seed: binary, 1 to `LONGEST` bytes. */
export function message(seed: number, index: number): string {
  let text = seed + ',' + index;
  const length = 1 + ((E.CRC32(text) >> 3) & (LONGEST - 1));
  while (text.length < length + 4) {
    const chance = E.CRC32(text);
    text += String.fromCharCode(
      chance & 255,
      (chance >> 8) & 255,
      (chance >> 16) & 255,
      (chance >> 24) & 255,
    );
  }
  return text.substr(text.length - length);
}

const own = setup<FramesSetup>();
let link: Link;
let queued = 0;
let received = 0;
let wrong = 0;
let bytes = 0;
let ups = 0;
let first = 0;
let last = 0;

/** Called by the link. */
export function fill(): void {
  while (queued < own.frames && link.queued() < WAITING) link.send(message(own.seeds[0], queued++));
}

/** Called by the link. */
export function up(): void {
  ups++;
  // What was queued is forgotten by the link, and would be missed.
  if (ups > 1) wrong++;
  else first = last = getTime();
  fill();
}

/** Called by the link. */
export function take(text: string): void {
  last = getTime();
  bytes += text.length;
  if (text === message(own.seeds[1], received)) received++;
  else wrong++;
}

/** Makes the board ready: the link starts at the tool's word. Until then another program may be at its other end. */
export function run(made: Link): void {
  link = made;
}

global.go = function () {
  // In a turn of its own: whoever types on the console takes much of an ESP8266's stack.
  setTimeout(function () {
    link.start();
  }, 1);
};

global.progress = function () {
  const counts = link.counts;
  return [
    counts._sent,
    received,
    wrong,
    bytes,
    last - first,
    ups,
    counts._exchanges,
    counts._resent,
    counts._damaged,
  ];
};
