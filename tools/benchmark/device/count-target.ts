/** What the target runs to count what the link takes: it takes messages, and sends some when it is asked. */
import { createTargetLink } from './measured-target';

/** Milliseconds from being asked to the answer: by then the tool has looked at the count. */
const LATER = 3500;

function answer(): void {
  link.send('0123456789abcdef');
}

function message(text: string): void {
  if (text === '?') setTimeout(answer, LATER);
}

const link = createTargetLink(message, function () {
  // There is always room.
});

link.start();
