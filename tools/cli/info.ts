/** The command `info`: asks a board what it is and what it does, and changes nothing. */
import { Command } from 'commander';
import { connectBoard } from '../flash/board';
import { describeFacts, monitorFactsOf } from '../monitor/facts';
import { adviseProgram } from '../monitor/versions';
import { ownTools } from './application';
import { portOf, withBaud, withSettings } from './choices';
import type { Choices } from './choices';

export function command(calledAs: string): Command {
  return withSettings(withBaud(new Command(calledAs)))
    .description(
      'Asks a board what it runs, its settings without secrets, and how its link is. It changes nothing.',
    )
    .option('--port <port>', 'port of the board')
    .allowExcessArguments(false)
    .action(async (options: Choices & { baud: number; port?: string }) => {
      const board = await connectBoard(portOf('--port', options.port, options, 'port'), {
        baud: options.baud,
      });
      try {
        console.log(`board     ${board.info.name} at ${board.port}, Espruino ${board.info.version}`);
        const facts = await monitorFactsOf(board);
        for (const line of describeFacts(facts)) console.log(line);
        const advice = facts.program && adviseProgram(facts.program, await ownTools(facts.program.upload));
        if (advice !== undefined) console.log(`note      ${advice}`);
      } finally {
        board.close();
      }
    });
}
