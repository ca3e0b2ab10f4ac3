// Tasks one after the other, each with a time limit and retries.
const sleep = (ms) => new Promise((r) => setTimeout(r, ms));
const timeout = (p, ms) => Promise.race([p, sleep(ms).then(() => { throw new Error('timeout'); })]);
class Queue {
  #chain = Promise.resolve();
  add(name, task, { tries = 2, limit = 100 } = {}) {
    const result = this.#chain.then(async () => {
      for (let n = 1; ; n++) {
        try { return await timeout(task(n), limit); }
        catch (e) { print(`${name} try ${n}: ${e.message}`); if (n >= tries) throw e; await sleep(10); }
      }
    });
    this.#chain = result.catch(() => {});
    return result.finally(() => print(name + ' over'));
  }
}
const queue = new Queue();
queue.add('quick', async () => 'q').then((v) => setTimeout(print, 1, v));
queue.add('slow', (n) => sleep(n === 1 ? 300 : 20).then(() => 's' + n)).then((v) => setTimeout(print, 1, v));
queue.add('bad', async () => { throw new Error('bad'); }, { tries: 1 }).then(print, (e) => setTimeout(print, 1, 'failed: ' + e.message));
queue.add('last', async () => { await sleep(5); return 'l'; }).then(print);

// ---- inputs ----
$$run(1500);
