import type { Journal } from '../experiments/engine/journal.ts';
import { renderGithub, renderSuiteGithub } from './github.ts';
import { renderHtml } from './html/document.ts';
import { renderJson } from './json.ts';
import { renderJunit, renderSuiteJunit } from './junit.ts';
import { renderMarkdown } from './markdown.ts';
import { renderSuiteHtml } from './suite/html.ts';
import { renderSuiteMarkdown } from './suite/markdown.ts';
import type { Suite } from './suite/suite.ts';
import { renderSuiteTerminal } from './suite/terminal.ts';
import { renderTerminal } from './terminal.ts';

/** One way to tell a journal; the same journal always gives the same bytes. */
export interface Format {
  /** Of the file that a run writes, without the dot; absent: it is for a program that reads it at once, and a run writes none. */
  extension?: string;
  render(journal: Journal): string;
  /** Several together. */
  renderSuite(suite: Suite): string;
}

/** Every format by the name that `--format` takes. */
export const formats = {
  html: { extension: 'html', render: renderHtml, renderSuite: renderSuiteHtml },
  json: { extension: 'json', render: renderJson, renderSuite: ({ journals }) => `${JSON.stringify(journals, null, 2)}\n` },
  junit: { extension: 'xml', render: renderJunit, renderSuite: renderSuiteJunit },
  markdown: { extension: 'md', render: renderMarkdown, renderSuite: renderSuiteMarkdown },
  github: { render: renderGithub, renderSuite: renderSuiteGithub },
  terminal: { extension: 'txt', render: (journal) => renderTerminal(journal), renderSuite: (suite) => renderSuiteTerminal(suite) },
} satisfies Record<string, Format>;

export type FormatName = keyof typeof formats;
