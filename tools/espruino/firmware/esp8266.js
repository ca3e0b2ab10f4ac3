/* eslint-disable @typescript-eslint/ban-ts-comment, @typescript-eslint/no-require-imports */
// @ts-nocheck: runs on Espruino.
// Storage module ESP8266: the part of the firmware's library of that name an application may use.
let frequency = 160;

exports.reboot = function () {
  E.reboot();
};

exports.setCPUFreq = function (mhz) {
  frequency = mhz;
};

exports.getResetInfo = function () {
  // targets/esp8266/user_main.c: rst_codes
  const reason = require('fs').readFileSync('cause');
  return { reason: reason, exccause: 0, epc1: 0, epc2: 0, epc3: 0, excvaddr: 0, depc: 0 };
};

exports.getState = function () {
  return {
    sdkVersion: '2.2.1',
    cpuFrequency: frequency,
    freeHeap: 12000,
    maxCon: 10,
    flashMap: '4MB:512/512',
    flashKB: 4096,
    flashChip: '0xef 0x4016',
  };
};
