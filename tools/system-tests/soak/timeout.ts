/** The host's watchdog in a soak, seconds. */
export const TIMEOUT = 5;
