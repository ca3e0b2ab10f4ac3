/**
 * Regular expressions as far as Espruino's engine goes: what it takes for something else is refused, since it finds
 * nothing there, or the wrong thing, without a word. Each rule has its example in `check.test.ts`.
 */

/** What the engine takes otherwise, and what to write instead; or undefined. */
export function regExpProblem(pattern: string, flags: string): string | undefined {
  const odd = /[^gi]/.exec(flags.replace(/[uyd]/g, ''));
  if (/y/.test(flags)) return 'the flag y';
  if (odd && (odd[0] !== 's' || hasDot(pattern)) && (odd[0] !== 'm' || /[\^$]/.test(bareOf(pattern))))
    return `the flag ${odd[0]}`;
  if (/\[[^\]\\]*(\\.[^\]\\]*)*\//.test(pattern.replace(/\\\//g, '')))
    return '/ within [ ] without \\ in front of it';
  const bare = bareOf(pattern);
  if (/\\[bB]/.test(bare)) return 'the word boundary \\b';
  if (/\\[1-9]|\\k</.test(bare)) return 'a back reference';
  if (/\\[up]/.test(bare)) return `\\${/\\([up])/.exec(bare)![1]}: write the character itself`;
  if (/\(\?<?[=!]/.test(bare)) return 'a look ahead or behind';
  if (/\(\?<\w/.test(bare)) return 'a named group: use its number';
  if (/\(\?:/.test(bare)) return '(?: ): use a plain group ( )';
  if (/[*+?}]\?/.test(bare)) return 'a lazy *? or +?: say what may not come, as in [^x]*';
  if (/\?/.test(bare)) return '?, for what may be missing: use * or (a|b)';
  if (/\{\d/.test(bare)) return 'a count such as {2}: write it out, as in \\d\\d';
  if (/\)[*+]/.test(bare)) return 'a repeated group ( )* or ( )+';
  if (/\([^)]*\(/.test(bare)) return 'a group within a group';
  if (/[\^$]/.test(bare) && /\|/.test(bare.replace(/\([^)]*\)/g, '')))
    return '^ or $ beside |: use two expressions';
  return undefined;
}

/** What is left when all that stands for itself is `a`. */
const bareOf = (pattern: string): string => pattern.replace(/\\[^bBu1-9kp]|\[(\\.|[^\]\\])*\]/g, 'a');

const hasDot = (pattern: string): boolean => /\./.test(bareOf(pattern));

/** Whether a group may take no part in what is found: then it is `''` on Espruino. */
export const hasIdleGroup = (pattern: string): boolean => {
  const bare = bareOf(pattern);
  return /\(/.test(bare) && /\|/.test(bare.replace(/\([^()]*\)/g, ''));
};
