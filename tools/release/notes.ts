/**
 * The notes of one release, cut out of the paper that has those of all: by themselves they must make sense, so links
 * within the repository become their text. Must never give the notes of another version.
 */

/** Where they are. */
export const NOTES = 'host/README.md';

/**
 * @param paper text of `NOTES`
 * @throws Error, one line, when the paper has no notes of this version
 */
export function notesOf(paper: string, version: string): string {
  const chapter = /^## Release notes$(.*?)(?=^## |(?![^]))/ms.exec(paper)?.[1];
  if (chapter === undefined) throw new Error(`${NOTES} has no chapter "Release notes"`);
  const sections = chapter.split(/^### /m).slice(1);
  const own = sections.find((section) => section.split(/\s/, 1)[0] === version);
  if (own === undefined) throw new Error(`${NOTES} has no release notes of ${version}`);
  const [heading = '', ...lines] = own.split('\n');
  const text = lines.join('\n').trim();
  if (!text) throw new Error(`the release notes of ${version} in ${NOTES} say nothing`);
  return `# ${heading.trim()}\n\n${text.replace(/\[([^\]]*)\]\((?![a-z]+:)[^)]*\)/g, '$1')}\n`;
}
