/** A table; cells are Markdown already. */
export function table(head: string[], rows: string[][]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Text that stays text: on one line, no character of it a mark of Markdown or HTML. */
export function text(raw: string): string {
  return visible(raw)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*_{}[\]()#+!|~@$]/g, (mark) => `&#${mark.charCodeAt(0)};`);
}

/** Code as HTML: a back-tick inside cannot end it. */
export const code = (raw: string): string => `<code>${text(raw)}</code>`;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
const visible = (raw: string): string => raw.replace(/\s+/g, ' ').replace(/[\u0000-\u001F\u007F-\u009F]|\p{Surrogate}/gu, '\uFFFD');
