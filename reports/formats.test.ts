import { journals } from './fixtures/journals.ts';
import { formats } from './formats.ts';
import { renderMarkdown } from './markdown.ts';
import { renderTerminal } from './terminal.ts';

const every = Object.entries(formats).flatMap(([name, format]) =>
  Object.entries(journals).map(([ending, make]) => ({ name, format, ending, make })),
);
// biome-ignore lint/suspicious/noControlCharactersInRegex: the terminal must not be steered
const control = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/;

describe('every format', () => {
  test.each(every)('$name of a run that $ending is the same bytes each time', ({ format, make }) => {
    const once = Buffer.from(format.render(make()));
    expect(once.length).toBeGreaterThan(100);
    expect(once.equals(Buffer.from(format.render(structuredClone(make()))))).toBe(true);
  });

  test.each(every.filter(({ name }) => name !== 'json'))('$name says the reason of a run that $ending', ({ format, make, ending }) => {
    const words = ending === 'hostile' ? '한글 🚚' : make().reason.slice(1, 30);
    expect(format.render(make()).replace(/\n\s*/g, ' ')).toContain(words);
  });

  test('JSON is the journal itself', () => {
    expect(JSON.parse(formats.json.render(journals.failed()))).toEqual(journals.failed());
  });

  test('JSON has no number that is none: it says where one is', () => {
    const journal = journals.passed();
    const [measured] = journal.variants[0]?.measurements ?? [];
    if (measured) measured.value = Number.NaN;
    expect(() => formats.json.render(journal)).toThrow(/is not as its schema says:[\s\S]*variants\[0\]\.measurements\[0\]\.value/);
  });
});

describe('terminal', () => {
  test('holds no colour unless asked', () => {
    expect(renderTerminal(journals.passed())).not.toContain('\u001b');
    expect(renderTerminal(journals.passed(), { colour: true })).toContain('\u001b[32m✓');
  });

  test('fits its width, and cuts no number', () => {
    for (const width of [60, 80, 140]) {
      const text = renderTerminal(journals.failed(), { width });
      const table = text.split('\n').slice(0, -2);
      expect(Math.max(...table.map((line) => [...line].length))).toBeLessThanOrEqual(width);
      expect(text.replace(/\s+/g, ' ')).toContain('order 404 was delivered 3 times');
    }
  });

  test('is not steered by what a journal says', () => {
    expect(renderTerminal(journals.hostile())).not.toMatch(control);
  });

  test.each(['terminal', 'markdown'] as const)('%s has what was observed beside what is implied', (name) => {
    expect(formats[name].render(journals.passed()).replace(/\s+/g, ' ')).toContain('within 0 ms to 1.25 s');
  });

  test('shows the last lines of the log of what did not start', () => {
    expect(renderTerminal(journals.errored())).toContain('    exit 1');
  });
});

describe('Markdown', () => {
  test('draws each line as text on one axis, the fault first', () => {
    const lines = renderMarkdown(journals.passed()).split('\n');
    const rows = lines.slice(lines.findIndex((line) => line.startsWith('| over time')) + 2).filter((line) => line.startsWith('| '));
    expect(rows[0]).toBe('| fault | <code>·······░░░░░░░░░········</code> | <code>·······░░░░░░░░░········</code> |');
    expect(rows.find((line) => line.startsWith('| orders without delivery'))).toMatch(
      /▁▁▁▁.* at most 0 orders \| .*▇█.* at most 450 orders/,
    );
    expect(rows.find((line) => line.startsWith('| breaker of order'))).toMatch(/at most closed \| .*█.* at most open/);
    expect(rows.some((line) => line.includes('order restarts'))).toBe(false);
  });

  test('puts control beside treatment', () => {
    const row = renderMarkdown(journals.passed())
      .split('\n')
      .find((line) => line.startsWith('| orders are accepted'));
    expect(row?.split(' | ')).toHaveLength(4);
    expect(row).toContain('does not hold, as predicted');
  });

  test('no text becomes a mark: no cell splits, no HTML, no link', () => {
    const text = renderMarkdown(journals.hostile());
    expect(text).not.toMatch(/<(?!\/?(code|br)>)/);
    expect(text).not.toContain('[a](');
    // The widest table has five columns.
    for (const line of text.split('\n').filter((one) => one.startsWith('| '))) expect(line.match(/\|/g)?.length).toBeLessThanOrEqual(6);
    expect(text.replaceAll('\n', '')).not.toMatch(control);
  });
});
