/**
 * The device code's modules for one simulated board, with chance and Promises of its own.
 */
import { createModules } from './device-source';
import type { Mutation, Require } from './device-source';
import type { Context } from './context';
import { createPromise } from './promise';

/** @param later orders a turn of the board, after some microseconds */
export function modulesFor(
  context: Context,
  mutation: Mutation | undefined,
  later: (us: number, run: () => void) => unknown,
): Require {
  const { next } = context.chance;
  const modules = createModules({
    grain: 'read',
    ...(mutation && { mutation }),
    globals: {
      Math: Object.create(Math, { random: { value: next } }) as unknown,
      Promise: createPromise((job) => later(0, job)),
    },
  });
  // Wires on which what is long is always damaged.
  const frame = modules<{ decodeBody: (body: Uint8Array) => string | undefined }>('shared/frame');
  const { decodeBody } = frame;
  frame.decodeBody = (body) => (body.length > context.wires.longest ? undefined : decodeBody(body));
  return modules;
}
