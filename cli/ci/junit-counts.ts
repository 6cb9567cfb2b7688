/** What a JUnit file says of its tests. */
export interface TestCounts {
  tests: number;
  failed: number;
  errored: number;
  skipped: number;
}

/** Counts the cases of a JUnit file by what they contain, whatever the sums in its attributes say. Undefined where it is none. */
export function countJunit(xml: string): TestCounts | undefined {
  const text = xml.replace(/<!--[\s\S]*?-->/g, '').replace(/<!\[CDATA\[[\s\S]*?\]\]>/g, '');
  if (!/<testsuites?[\s>/]/.test(text)) return undefined;
  const counts: TestCounts = { tests: 0, failed: 0, errored: 0, skipped: 0 };
  for (const [, open = '', inner = ''] of text.matchAll(/<testcase\b([^>]*?(?:\/>|>))((?:(?!<testcase\b|<\/testcase>)[\s\S])*)/g)) {
    counts.tests += 1;
    if (open.endsWith('/>')) continue;
    if (/<failure[\s>/]/.test(inner)) counts.failed += 1;
    else if (/<error[\s>/]/.test(inner)) counts.errored += 1;
    else if (/<skipped[\s>/]/.test(inner)) counts.skipped += 1;
  }
  return counts;
}
