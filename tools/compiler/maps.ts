/**
 * Source maps: of a text that went through several hands, of one that was put together of parts, and of places in
 * either. A map must never name a place that no source has.
 */
import { GenMapping, addMapping, setSourceContent, toEncodedMap } from '@jridgewell/gen-mapping';
import remapping from '@jridgewell/remapping';
import { TraceMap, eachMapping, originalPositionFor } from '@jridgewell/trace-mapping';
import { type Place, shownPath } from './places';
import type { Problem } from './problem';

/** A map as text. */
export type MapText = string;

/** @param maps of each step, the last one first */
export function chain(maps: readonly (MapText | object)[]): MapText {
  return remapping(
    maps.map((map) => (typeof map === 'string' ? map : JSON.stringify(map))) as never,
    () => null,
  ).toString();
}

export interface Origin extends Place {
  readonly source: string;
}

/** Where a place comes from, or what is nearest before it in its line. */
export class Origins {
  private readonly map: TraceMap;

  constructor(map: MapText | object) {
    this.map = new TraceMap(typeof map === 'string' ? map : JSON.stringify(map));
  }

  of({ line, column }: Place): Origin | undefined {
    const found = originalPositionFor(this.map, { line, column: column - 1 });
    return found.source === null
      ? undefined
      : { source: found.source, line: found.line, column: found.column + 1 };
  }

  /** A problem at a place, still without words. @param entry the file where it is, if no source has it */
  problem(place: Place, entry: string): Problem {
    const { source, line, column } = this.of(place) ?? { source: entry, line: 1, column: 1 };
    return { file: shownPath(source), line, column, text: '' };
  }
}

/** Texts one after the other, and the map of all. */
export class Assembly {
  private readonly map = new GenMapping({});
  private text = '';
  private line = 1;
  private column = 0;

  /** @param name what a source is called that the map knows by a path */
  constructor(private readonly name: (source: string) => string) {}

  /** @param from the place in the text of the map where this begins, and the one where it ends */
  add(text: string, map?: MapText, from: Place = { line: 1, column: 1 }, to?: Place): void {
    if (map !== undefined) this.addMap(map, from, to);
    this.text += text;
    const lines = text.split('\n');
    this.line += lines.length - 1;
    const last = lines[lines.length - 1]!.length;
    this.column = lines.length > 1 ? last : this.column + last;
  }

  private addMap(map: MapText, from: Place, to: Place | undefined): void {
    const traced = new TraceMap(map);
    const start = from.column - 1;
    traced.sources.forEach((source, n) => {
      const content = traced.sourcesContent?.[n];
      if (source !== null && content !== undefined) setSourceContent(this.map, this.name(source), content);
    });
    eachMapping(traced, ({ generatedLine, generatedColumn, source, originalLine, originalColumn, name }) => {
      const isFirst = generatedLine === from.line;
      if (generatedLine < from.line || (isFirst && generatedColumn < start)) return;
      if (to && (generatedLine > to.line || (generatedLine === to.line && generatedColumn >= to.column - 1)))
        return;
      if (source === null || originalLine === null) return;
      addMapping(this.map, {
        generated: {
          line: this.line + generatedLine - from.line,
          column: generatedColumn + (isFirst ? this.column - start : 0),
        },
        original: { line: originalLine, column: originalColumn },
        source: this.name(source),
        name: name as string,
      });
    });
  }

  done(): { code: string; map: MapText } {
    return { code: this.text, map: JSON.stringify(toEncodedMap(this.map)) };
  }
}
