// Commands on a serial port, in a table with checks of their arguments.
class UsageError extends Error {
  constructor(command, usage) { super(`usage: ${command} ${usage}`); this.name = 'UsageError'; this.command = command; }
}
const pins = { red: LED1, green: LED2 };
const commands = {
  led: { usage: '<red|green> <on|off>', run([name, state]) { const pin = pins[name]; if (!pin || !/^(on|off)$/.test(state)) throw null; pin.write(state === 'on'); return 'ok'; } },
  add: { usage: '<numbers>', run(args) { const list = args.map(Number); if (!list.length || list.some(isNaN)) throw null; return list.reduce((a, b) => a + b); } },
  help: { usage: '', run: () => Object.keys(commands).sort().join(' ') },
};
function execute(line) {
  const [name, ...args] = line.trim().split(/\s+/);
  const command = commands[name];
  if (!command) throw new Error(`no command ${name}`);
  try { return command.run(args); } catch (e) { if (e !== null) throw e; throw new UsageError(name, command.usage); }
}
Serial1.on('data', (line) => {
  try { print(execute(line)); }
  catch (e) { print((e instanceof UsageError ? e.command + ': ' : '') + e.message, e instanceof Error); }
});

// ---- inputs ----
['led red on', 'led blue on', 'add 1 2.5 3', 'add x', 'add', 'help', 'dance  now', '  led   green off '].forEach(function (l, i) { at(10 + i * 10, function () { Serial1.receive(l); }); });
$$run(200);
