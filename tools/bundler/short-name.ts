/**
 * Short names that none of Espruino's globals has (E, A0, B1, D15 ...), since a bundle's own become globals too: a
 * function within a function costs the board more variables. One number must always give the same name.
 */
export function shortName(prefix: string, n: number): string {
  const first = 'abcdefghijklmnopqrstuvwxyz';
  const rest = first + '0123456789';
  // A single capital is no pin, and E is the only one that is a global.
  const single = first + 'ABCDFGHIJKLMNOPQRSTUVWXYZ';
  if (n < single.length) return prefix + single[n];
  n += first.length - single.length;
  let name = first[n % first.length] ?? '';
  for (n = Math.floor(n / first.length); n > 0; n = Math.floor((n - 1) / rest.length))
    name += rest[(n - 1) % rest.length];
  return prefix + name;
}
