/**
 * Objects of single boards: `NRF`, `Puck`, `Pixl`… What a program sets is kept and can be read back, nothing goes by
 * radio. All members that the firmware has and that are not here say so when they are used.
 */
import type { Bench } from './bench';

type Members = Record<string, unknown>;

const nothing = (): void => undefined;

function bluetooth(): Members {
  const state = { advertising: {} as unknown, options: {} as object, services: {} as Record<string, object> };
  return {
    setAdvertising(data: unknown, options?: object) {
      state.advertising = data;
      state.options = Object.assign({}, state.options, options);
    },
    getAdvertisingData: (data: unknown) => data,
    setScanResponse: nothing,
    setServices(services: Record<string, object>) {
      state.services = services;
    },
    updateServices(services: Record<string, Record<string, object>>) {
      for (const uuid of Object.keys(services)) {
        if (state.services[uuid] === undefined) throw new Error(`Unable to find service with UUID ${uuid}`);
        Object.assign(state.services[uuid] ?? {}, services[uuid]);
      }
    },
    setConnectionInterval: nothing,
    setTxPower: nothing,
    setLowPowerConnection: nothing,
    setSecurity: nothing,
    setAddress: nothing,
    setScan: nothing,
    getAddress: () => '00:00:00:00:00:01',
    getSecurityStatus: () => ({ connected: false, encrypted: false, mitm_protected: false, bonded: false }),
    getBattery: () => 3,
    sleep: nothing,
    wake: nothing,
    restart: nothing,
    disconnect: nothing,
    nfcURL: nothing,
    nfcPair: nothing,
    nfcAndroidApp: nothing,
    nfcRaw: nothing,
    nfcStop: nothing,
    amsIsActive: () => false,
    ancsIsActive: () => false,
  };
}

const STILL = { x: 0, y: 0, z: 0 };

function membersOf(name: string): Members {
  switch (name) {
    case 'NRF':
      return bluetooth();
    case 'Puck':
      return {
        mag: () => ({ ...STILL }),
        accel: () => ({ acc: { ...STILL, z: 8192 }, gyro: { ...STILL } }),
        magOn: nothing,
        magOff: nothing,
        accelOn: nothing,
        accelOff: nothing,
        magTemp: () => 20,
        light: () => 0.5,
        getTemperature: () => 20,
        getBatteryPercentage: () => 100,
        capSense: () => 0,
      };
    case 'Pixl':
      return { getBatteryPercentage: () => 100, setContrast: nothing, setLCDPower: nothing, lcdw: nothing };
    case 'Bangle':
      return {
        buzz: () => Promise.resolve(),
        beep: () => Promise.resolve(),
        setLCDPower: nothing,
        setLCDTimeout: nothing,
        setLCDBrightness: nothing,
        isLCDOn: () => true,
        isCharging: () => false,
        isLocked: () => false,
        getAccel: () => ({ ...STILL, z: 1, diff: 0, mag: 1 }),
        getStepCount: () => 0,
        setHRMPower: () => false,
        setGPSPower: () => false,
      };
    case 'Microbit':
      return { mag: () => ({ ...STILL }), accel: () => ({ ...STILL, z: 1 }) };
    case 'ESP32':
      return { setAtten: nothing, getState: () => ({}) };
    default:
      return {};
  }
}

/** Ports are made elsewhere. */
const PORTS = ['USB', 'Bluetooth', 'Terminal', 'Telnet'];

export function createObjects({ facts }: Bench): Record<string, unknown> {
  const globals: Record<string, unknown> = {};
  for (const name of Object.keys(facts.objects)) {
    if (PORTS.includes(name)) continue;
    const own = membersOf(name);
    const object: Members = {};
    for (const member of (facts.objects[name] ?? []).concat(Object.keys(own)))
      object[member] =
        own[member] ??
        (() => {
          throw new Error(`The emulator has no ${name}.${member}`);
        });
    globals[name] = object;
  }
  return globals;
}
