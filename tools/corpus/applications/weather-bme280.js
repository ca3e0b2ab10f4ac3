import { MQTTLink, launch } from 'espruino-mqtt-link';

// Temperature, pressure and humidity of a BME280 on I2C, as whole numbers of its registers.
const ADDRESS = 0x76;
class BME280 {
  #i2c;
  #calibration = { t1: 27504, t2: 26435, t3: -1000 };
  constructor(i2c) { this.#i2c = i2c; }
  #read(register, count) {
    this.#i2c.writeTo(ADDRESS, register);
    return [...this.#i2c.readFrom(ADDRESS, count)];
  }
  get temperature() {
    const [high, low, extra] = this.#read(0xfa, 3);
    const raw = (high << 12) | (low << 4) | (extra >> 4);
    const { t1, t2, t3 } = this.#calibration;
    const a = (raw / 16384 - t1 / 1024) * t2;
    const b = (raw / 131072 - t1 / 8192) ** 2 * t3;
    return (a + b) / 5120;
  }
}
I2C1.setup({ scl: B8, sda: B9 });
const sensor = new BME280(I2C1);
const history = [];
launch((link) => {
  setInterval(() => {
    const value = sensor.temperature;
    history.push(value);
    if (history.length > 3) history.shift();
    const mean = history.reduce((sum, x) => sum + x, 0) / history.length;
    link.publish('weather', JSON.stringify({ now: value.toFixed(2), mean: mean.toFixed(1) }));
  }, 1000);
});

// ---- inputs ----
I2C1.queue = [[126, 237, 0], [127, 10, 16], [128, 0, 0], [126, 200, 240]];
$$run(4500);
