/** How the tool, which reads the count at its own pace, says that it has: `go()` on the console, which is no callback. */
declare const global: { go: () => void };

export function onGo(run: () => void): void {
  global.go = run;
}
