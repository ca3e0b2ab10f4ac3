/** The command `ports`: the ports on which a board may be. */
import { Command } from 'commander';
import { listPorts } from '../flash/port';

export function command(calledAs: string): Command {
  return new Command(calledAs)
    .description('Lists the ports on which a board may be.')
    .allowExcessArguments(false)
    .action(async () => {
      const ports = await listPorts();
      for (const { path, description } of ports)
        console.log(description ? `${path}  (${description})` : path);
      if (!ports.length)
        console.log(
          'No port found. Is the board connected, with a cable that carries data, and its driver installed?',
        );
    });
}
