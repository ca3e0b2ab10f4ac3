import { test } from 'node:test';
import { startBench } from './liveness';
import { startHostileBroker, closesAtOnce } from './hostile-broker';
test('x', async (t) => {
  const b = await startHostileBroker(closesAtOnce); t.after(() => b.stop());
  const w = await startBench({ broker: b, net: {targetVerbose: true, broker: '127.0.0.1:'+b.port} }); t.after(() => w.stop());
  await new Promise(r => setTimeout(r, 14000));
  const all = [...w.lines.map(l => [l.at, l.board + ' ' + l.text]), ...b.visits.map(v => [v.begin, 'VISIT ' + v.packets.map(p=>p.cmd)])].sort((a,b)=>a[0]-b[0]);
  for (const [at, text] of all) console.log(at % 100000, text);
});
