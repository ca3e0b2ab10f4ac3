/** What a board has beyond its pins: a host the peripherals of its board, a target Wi-Fi, sockets and a console at Telnet. */
import type { Natives } from '../natives';
import type { ConsoleBoard } from './console';
import type { ErrorFlags } from './errors';
import { esp8266Module } from './espruino';
import type { HostFacts } from './facts';
import type { Loop } from './loop';
import { createNet } from './net';
import type { Net } from './net';
import { asker, fit } from './peripherals';
import type { Bench, Fitted } from './peripherals';
import type { EmulatedPins } from './pins';
import type { EmulatedStorage } from './storage';
import { createTelnet } from './telnet';
import type { Telnet } from './telnet';
import { createEmulatedWifi } from './wifi';
import type { EmulatedWifi } from './wifi';

export interface FittingParts {
  readonly natives: Natives;
  readonly loop: Loop;
  readonly pins: EmulatedPins;
  readonly errors: ErrorFlags;
  readonly storage: EmulatedStorage;
}

export interface Fittings {
  /** Modules of the firmware. */
  readonly modules: Readonly<Record<string, object>>;
  readonly net: Net;
  /** Of a host. */
  readonly peripherals?: Fitted | undefined;
  /** Of a target. */
  readonly wifi?: EmulatedWifi;
  readonly telnet?: Telnet;
}

export function fitHost(
  { natives, loop, pins, errors, storage }: FittingParts,
  facts: HostFacts | undefined,
  { print, tell }: Pick<Bench, 'print' | 'tell'>,
): Fittings {
  const { wires } = pins;
  const net = createNet(natives, loop, undefined, errors);
  const peripherals = facts && fit({ natives, facts, pins, wires, loop, print, tell, ask: asker(natives) });
  return { modules: { Storage: storage, ...peripherals?.modules }, net, peripherals };
}

export function fitTarget(
  { natives, loop, pins, errors, storage }: FittingParts,
  network: { readonly ssid: string; readonly password: string },
  resetReason: string,
  typing: Omit<ConsoleBoard, 'write'>,
): Fittings {
  const wifi = createEmulatedWifi(pins.wires, loop, storage, natives, network);
  const net = createNet(natives, loop, wifi, errors);
  const telnet = createTelnet(loop, natives.telnet, net, () => wifi.networked(), typing);
  const modules = {
    Storage: storage,
    ...net.modules,
    Wifi: wifi.module,
    TelnetServer: telnet.module,
    ESP8266: esp8266Module(natives, resetReason),
  };
  return { modules, net, wifi, telnet };
}
