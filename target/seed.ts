/**
 * A seed for chance. Without one every ESP8266 draws the same numbers after every start (src/jsutils.c:969, and
 * `E.hwRand` is no better, targets/esp8266/jshardware.c:1268): boards that lost the same broker would all come back at
 * the same moment, and what an NTP reply has to answer could be foretold. It must run before anything draws a number.
 */

/** Register of the chip's random number generator, fed by the radio's noise. */
const NOISE = 0x3ff20e44;

// Where the register says nothing, boards differ in their serial numbers, and starts in the microsecond.
E.srand(peek32(NOISE) ^ E.CRC32(getSerial()) ^ (getTime() * 1e6));
