/** The command `devices`: for each device what it is to run and, where its boards are connected, what they run. */
import { Command } from 'commander';
import { DEVICES, deviceNames, readDevice } from '../config/devices';
import type { Device } from '../config/devices';
import { connectBoard } from '../flash/board';
import { crcOf } from '../flash/board-storage';
import { describeProgram, programOf } from '../monitor/facts';
import { adviseProgram } from '../monitor/versions';
import { bundleApplication, findApplication, ownTools } from './application';
import { withBaud } from './choices';

/** @returns what one board of a device runs, for a person; `wanted` is given the board's name */
async function look(
  port: string,
  baud: number,
  wanted?: (board: string) => Promise<string | undefined>,
): Promise<string> {
  try {
    const board = await connectBoard(port, { baud });
    try {
      const program = await programOf(board);
      const code = await wanted?.(board.info.name);
      const same =
        code === undefined || !program
          ? ''
          : program.check.length === code.length && program.check.crc === crcOf(code)
            ? ': as the sources are now'
            : ': not what the sources are now';
      const advice = program && adviseProgram(program, await ownTools(program.upload));
      return `runs ${describeProgram(program)}${same}${advice === undefined ? '' : `; ${advice}`}`;
    } finally {
      board.close();
    }
  } catch (error) {
    return (error as Error).message;
  }
}

async function show(device: Device, baud: number): Promise<void> {
  const { name, app, port, targetPort } = device;
  console.log(`${name}: is to run ${app ?? 'nothing yet: name its "app" in device.jsonc'}`);
  const wanted = async (board: string): Promise<string | undefined> =>
    app === undefined ? undefined : (await bundleApplication(findApplication(app), { board })).code;
  if (port !== undefined) console.log(`  host at ${port}: ${await look(port, baud, wanted)}`);
  if (targetPort !== undefined) console.log(`  target at ${targetPort}: ${await look(targetPort, baud)}`);
}

export function command(calledAs: string): Command {
  return withBaud(new Command(calledAs))
    .description(
      'Shows for each device what it is to run and, where its boards are connected, what they run.',
    )
    .allowExcessArguments(false)
    .action(async ({ baud }: { baud: number }) => {
      const names = deviceNames();
      if (!names.length)
        console.log(
          `There is no folder ${DEVICES}/ with devices here: "mqttlink config --device NAME" makes it.`,
        );
      for (const name of names) await show(readDevice(name), baud);
    });
}
