/**
 * How the host library says no: one exception that names what was given, its
 * value and what is allowed. It must never be given a secret as value.
 */

/**
 * @param what the argument or field, such as `qos`
 * @param allowed what it may be, in words
 * @throws Error always
 */
export function refuse(what: string, value: unknown, allowed: string): never {
  let shown =
    typeof value === 'function'
      ? 'a function'
      : '' + (typeof value === 'number' ? value : JSON.stringify(value) || value);
  if (shown.length > 60) shown = shown.substr(0, 60) + '...';
  throw new Error(what + ' is ' + shown + '. Allowed: ' + allowed);
}
