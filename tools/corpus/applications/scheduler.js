// Jobs with periods, offsets and a number of runs, in a queue by time.
const queue = [];
let timer;
function add(job) {
  const at = job.at ?? getTime() * 1000 + job.every;
  const index = queue.findIndex((other) => other.at > at);
  const entry = { ...job, at };
  if (index < 0) queue.push(entry); else queue.splice(index, 0, entry);
  arm();
}
function arm() {
  if (timer) clearTimeout(timer);
  timer = undefined;
  if (queue.length) timer = setTimeout(run, Math.max(0, queue[0].at - getTime() * 1000));
}
function run() {
  const now = getTime() * 1000;
  while (queue.length && queue[0].at <= now) {
    const { task, every, left = Infinity, at, ...rest } = queue.shift();
    task(Math.round(now), rest);
    if (left > 1) add({ ...rest, task, every, left: left - 1, at: at + every });
  }
  arm();
}
add({ every: 100, task: (t) => print('a', t), left: 5 });
add({ every: 250, task: (t, { name }) => print(name, t), name: 'b', left: 2 });
add({ at: 300, task: (t) => print('once', t), left: 1 });

// ---- inputs ----
$$run(1000);
