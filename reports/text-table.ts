import stringWidth from 'string-width';

/** Columns side by side, each cell wrapped to its column; no cell is ever cut. The first row is the head, with a rule under it. */
export function layOutTable(rows: string[][], width: number): string[] {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = columnWidths(rows, columns, width - 2 * (columns - 1));
  const lines = rows.flatMap((row, n) => {
    const cells = widths.map((size, column) => wrap(row[column] ?? '', size));
    const height = Math.max(...cells.map((cell) => cell.length));
    const body = Array.from({ length: height }, (_, line) =>
      joined(cells.map((cell, column) => pad(cell[line] ?? '', widths[column] ?? 0))),
    );
    return n === 0 ? [...body, joined(widths.map((size) => '─'.repeat(size)))] : body;
  });
  return lines.map((line) => line.trimEnd());
}

/** Breaks text into lines of at most `width` columns of a terminal, at spaces where there are any. */
export function wrap(text: string, width: number): string[] {
  const room = Math.max(8, width);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && length(line) + 1 + length(word) > room) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
    while (length(line) > room) {
      const letters = [...line];
      const fits = fitting(letters, room);
      lines.push(letters.slice(0, fits).join(''));
      line = letters.slice(fits).join('');
    }
  }
  return [...lines, line];
}

/** A first column that is no wider than this is of names, and names stay whole. */
const widestName = 30;

/** Each column gets what it needs; where that is too much, the widest give way. */
function columnWidths(rows: string[][], columns: number, room: number): number[] {
  const widths = Array.from({ length: columns }, (_, column) => Math.max(...rows.map((row) => length(row[column] ?? ''))));
  const firstToGive = (widths[0] ?? 0) <= widestName ? 1 : 0;
  while (widths.reduce((sum, size) => sum + size, 0) > room) {
    const widest = widths.indexOf(Math.max(...widths.slice(firstToGive)), firstToGive);
    if ((widths[widest] ?? 0) <= 12) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

const joined = (cells: string[]): string => cells.join('  ');
/** In columns of a terminal: Korean letters take two. */
const length = (text: string): number => stringWidth(text);
/** How many letters take no more room. */
const fitting = (letters: string[], room: number): number => {
  let taken = 0;
  const tooMany = letters.findIndex((letter) => {
    taken += length(letter);
    return taken > room;
  });
  return tooMany === -1 ? letters.length : tooMany;
};
const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - length(text)));
