/** Which modules are part of a board's firmware, where `require` finds them before any other. */
import { BOARDS, firmwareModules } from '../../config/boards';

/** @param board absent or unknown: whether any board has it */
export function hasInFirmware(name: string, board: string | undefined): boolean {
  const own = board === undefined ? undefined : firmwareModules(board);
  return own ? own.includes(name) : BOARDS.some((one) => firmwareModules(one)?.includes(name));
}
