/**
 * A folder for an application of a person's own: what it begins as, settings whose passwords git does not get, and what
 * an editor needs. It must never write over anything.
 */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSettings } from '../config/files';

export interface ProjectOptions {
  /** Plain JavaScript in place of TypeScript. */
  readonly js?: boolean;
  /** What `npm i` gets the package from, such as `file:../espruino-mqtt-link-0.1.0.tgz`. */
  readonly source: string;
}

/** A name that does for a folder, a file and a package of npm. */
const NAME = /^[a-z][a-z0-9-]*$/;

function application(name: string, { js }: ProjectOptions): string {
  return `// Counts on ${name}/count, switches an LED by messages "on" and "off" on ${name}/led, and says on ${name}/state whether
// it is there. Runs on two boards on this PC by "npx mqttlink start", and again at each change by "npx mqttlink dev".
import { MQTTLink, launch } from 'espruino-mqtt-link';

let count = 0;

function led(topic${js ? '' : ': string'}, message${js ? '' : ': string'}) {
  const on = message === 'on';
  if (typeof LED1 !== 'undefined') digitalWrite(LED1, on);
  print(\`LED \${on ? 'on' : 'off'}\`);
}

// What the broker says when it hears no more of this board.
MQTTLink.will('${name}/state', 'gone', true, 1);

// Called each time that network and broker are there.
const link = launch((link, interval) => {
  link.subscribe('${name}/led', led, 1);
  if (count > 0) return;
  setInterval(() => {
    // The broker may be away: what waits takes memory.
    if (link.pubqLen() >= 20) return;
    count++;
    link.publish('${name}/count', \`\${count}\`, false, 1);
    print(\`count \${count}\`);
  }, interval * 1000);
});

link?.on('connect', () => link.publish('${name}/state', 'here', true, 1));
`;
}

const IGNORED = `node_modules/
# Settings with passwords.
net.jsonc
shared.jsonc
`;

const EDITOR = `root = true

[*]
charset = utf-8
end_of_line = lf
insert_final_newline = true
indent_style = space
indent_size = 2
`;

const TYPES = {
  compilerOptions: {
    strict: true,
    target: 'ESNext',
    lib: ['ES2023'],
    types: [],
    module: 'ESNext',
    moduleResolution: 'Bundler',
    allowJs: true,
    checkJs: true,
    noEmit: true,
    skipLibCheck: true,
  },
  // In place of "any", the name that process.env.BOARD has on the board knows its pins.
  files: ['node_modules/espruino-mqtt-link/dist/types/any.d.ts'],
  include: ['*.ts', '*.js', 'src'],
};

function readme(name: string, file: string): string {
  return `# ${name}

An application for an [Espruino](https://www.espruino.com/) board that gets MQTT over five wires from an ESP8266.

\`\`\`sh
npm i
npx mqttlink start
npx mqttlink dev
\`\`\`

\`start\` runs \`${file}\` on two boards on this PC, with access point and broker around them. \`dev\` does so again whenever
the file is saved. On hardware: fill in \`settings/net.jsonc\`, then

\`\`\`sh
npx mqttlink ports
npx mqttlink config
npx mqttlink flash both --target-port TARGET_PORT --host-port HOST_PORT
npx mqttlink monitor --port HOST_PORT
\`\`\`

\`npx mqttlink help\` lists all commands. Wires, settings and the library's functions are described in
\`node_modules/espruino-mqtt-link/host/README.md\`.
`;
}

/**
 * @param name of the folder, which is made here
 * @returns paths of the files made @throws Error, one line
 */
export function makeProject(name: string, options: ProjectOptions): string[] {
  if (!NAME.test(name))
    throw new Error(
      `A project's name has small letters, digits and "-", and begins with a letter: not ${JSON.stringify(name)}`,
    );
  if (existsSync(name) && readdirSync(name).length)
    throw new Error(`${name} is there already, and not empty: choose another name`);
  const file = `${name}.${options.js ? 'js' : 'ts'}`;
  const about = {
    name,
    private: true,
    type: 'module',
    scripts: { start: 'mqttlink start', dev: 'mqttlink dev', flash: 'mqttlink flash' },
    mqttlink: { app: file },
    devDependencies: { 'espruino-mqtt-link': options.source },
  };
  mkdirSync(join(name, 'settings'), { recursive: true });
  const files: Record<string, string> = {
    [file]: application(name, options),
    'package.json': `${JSON.stringify(about, null, 2)}\n`,
    'tsconfig.json': `${JSON.stringify(TYPES, null, 2)}\n`,
    'README.md': readme(name, file),
    '.gitignore': IGNORED,
    '.editorconfig': EDITOR,
    // The Espruino CLI would compile C++ for Bluetooth and WebRTC.
    '.npmrc': 'ignore-scripts=true\n',
  };
  for (const [path, text] of Object.entries(files))
    writeFileSync(join(name, path), text, { flag: 'wx', mode: 0o666 });
  return [...Object.keys(files).map((path) => join(name, path)), ...createSettings(join(name, 'settings'))];
}
