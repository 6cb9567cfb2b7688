import { hostileText, journals } from './fixtures/journals.ts';
import { renderJunit } from './junit.ts';
import { escapeXml } from './xml.ts';

const root = (xml: string): string => /<testsuites [^>]*>/.exec(xml)?.[0] ?? '';
const cases = (xml: string): number => xml.match(/<testcase /g)?.length ?? 0;

describe('JUnit', () => {
  test('has a case for each check and one for each variant', () => {
    const journal = journals.passed();
    const checks = journal.variants.reduce((sum, variant) => sum + variant.checks.length, 0);
    expect(cases(renderJunit(journal))).toBe(checks + 2);
    expect(root(renderJunit(journal))).toContain(`tests="${checks + 2}" failures="0" errors="0" skipped="0"`);
  });

  test.each([
    ['failed', 'failures="1" errors="0" skipped="0"', '<failure message="2 of 1200 orders were delivered twice; none was lost."'],
    ['inconclusive', 'failures="0" errors="0" skipped="1"', '<skipped message="111 clean requests'],
    ['errored', 'failures="0" errors="1" skipped="0"', '<error message="Deployment delivery is not available after 60 s'],
    ['interrupted', 'failures="0" errors="2" skipped="0"', '<error message="interrupted by SIGINT"'],
  ] as const)('keeps %s apart', (name, counts, element) => {
    const xml = renderJunit(journals[name]());
    expect(root(xml)).toContain(counts);
    expect(xml).toContain(element);
  });

  test('a control that held is no finding about the system', () => {
    const journal = journals.failed();
    const held = journal.variants.map((variant) => ({
      ...variant,
      checks: variant.checks.map((check) => (check.verdict === 'fail' ? { ...check, verdict: 'pass' as const } : check)),
    }));
    const [first] = held.find(({ name }) => name === 'control')?.checks.filter(({ expected }) => expected === 'false') ?? [];
    if (first) first.verdict = 'fail';
    const xml = renderJunit({ ...journal, outcome: 'inconclusive', variants: held });
    expect(root(xml)).toContain('failures="0" errors="0" skipped="1"');
    expect(xml).toContain(`<skipped message="${escapeXml(first?.message ?? 'none')}"`);
  });

  test('an errored run whose variants say nothing is an error all the same', () => {
    const journal = journals.passed();
    expect(root(renderJunit({ ...journal, outcome: 'errored', variants: [] }))).toContain('tests="1" failures="0" errors="1"');
  });

  test('names what was found', () => {
    expect(renderJunit(journals.failed())).toContain('order 404 was delivered 3 times');
  });

  test('no text breaks out, and none holds what XML cannot', () => {
    const xml = renderJunit(journals.hostile());
    expect(xml).not.toMatch(/<script|<img|\]\]>/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must be absent
    expect(xml).not.toMatch(/[\u0000-\u0008\u000B\u000C\u000E-\u001F]/);
    expect(xml).toEqual(Buffer.from(xml).toString());
    expect(xml).toContain('한글 🚚');
    expect(escapeXml(hostileText)).toContain('&lt;/script&gt;');
  });
});
