/** What an application imports as `espruino-mqtt-link`. It must never hold code of its own beyond that. */
export * from './';
export { launch } from './launch';
