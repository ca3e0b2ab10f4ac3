/** The command `new`: a folder for an application of a person's own. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { Command } from 'commander';
import { ROOT, packageVersion } from '../package';
import { makeProject } from '../project';

const NAME = 'espruino-mqtt-link';

/** What this package was installed from, as the new project has to name it, one folder deeper. */
function sourceOf(folder: string): string {
  const about = join(dirname(dirname(ROOT)), 'package.json');
  if (existsSync(about)) {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(about, 'utf8')) as Partial<
      Record<'dependencies' | 'devDependencies', Record<string, string>>
    >;
    const given = devDependencies?.[NAME] ?? dependencies?.[NAME];
    if (given?.startsWith('file:'))
      return `file:${relative(resolve(folder), resolve(dirname(about), given.slice('file:'.length)))}`;
    if (given !== undefined) return given;
  }
  const tarball = `${NAME}-${packageVersion()}.tgz`;
  if (existsSync(tarball)) return `file:../${tarball}`;
  return `file:${relative(resolve(folder), ROOT)}`;
}

export function command(calledAs: string): Command {
  return new Command(calledAs)
    .description('Makes a folder with an application of your own, its settings, and what an editor needs.')
    .argument('<name>', 'of the folder, such as garden')
    .option('--js', 'plain JavaScript in place of TypeScript')
    .allowExcessArguments(false)
    .action((name: string, { js }: { js?: boolean }) => {
      for (const path of makeProject(name, { source: sourceOf(name), ...(js && { js }) }))
        console.log(`made ${path}`);
      console.log(`Now: cd ${name} && npm i && npx mqttlink start`);
    });
}
