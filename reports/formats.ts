import type { Journal } from '../experiments/engine/journal.ts';
import { renderHtml } from './html/document.ts';
import { renderJson } from './json.ts';
import { renderJunit } from './junit.ts';
import { renderMarkdown } from './markdown.ts';
import { renderTerminal } from './terminal.ts';

/** One way to tell a journal; the same journal always gives the same bytes. */
export interface Format {
  /** Of the file, without the dot. */
  extension: string;
  render(journal: Journal): string;
}

/** Every format by the name that `--format` takes. */
export const formats = {
  html: { extension: 'html', render: renderHtml },
  json: { extension: 'json', render: renderJson },
  junit: { extension: 'xml', render: renderJunit },
  markdown: { extension: 'md', render: renderMarkdown },
  terminal: { extension: 'txt', render: (journal) => renderTerminal(journal) },
} satisfies Record<string, Format>;

export type FormatName = keyof typeof formats;
