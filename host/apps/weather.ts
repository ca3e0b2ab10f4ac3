// A weather station: temperature, pressure and humidity of a BME280 as one JSON message on `weather`. Where there is no
// sensor on I2C, a stand-in has a day of a minute, so that it can be tried anywhere.
import { MQTTLink, launch } from 'espruino-mqtt-link';

interface Weather {
  temperature: number;
  pressure: number;
  humidity: number;
}

const standIn = (): Weather => {
  const day = Math.sin((getTime() / 60) * 2 * Math.PI);
  return { temperature: 15 + 8 * day, pressure: 1013 + 4 * day, humidity: 60 - 20 * day };
};

// With a sensor: I2C1.setup({ scl: B6, sda: B7 }), then require('BME280').connect(I2C1), whose getData() has these fields.
const read: () => Weather = standIn;

const round = (value: number): number => Math.round(value * 10) / 10;

function report(link: MQTTLink): void {
  // The broker may be away: what waits takes memory, and old weather is no news.
  if (link.pubqLen() >= 5) return;
  const { temperature, pressure, humidity } = read();
  const weather = {
    temperature: round(temperature),
    pressure: round(pressure),
    humidity: round(humidity),
  };
  print(JSON.stringify(weather));
  link.publish('weather', JSON.stringify(weather), true, 1);
}

let started = false;
launch((link, interval) => {
  if (started) return;
  started = true;
  report(link);
  setInterval(report, interval * 1000, link);
});
