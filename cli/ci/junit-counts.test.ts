import { countJunit } from './junit-counts.ts';

test('cases are counted by what they contain', () => {
  const xml = `<?xml version="1.0"?>
<testsuites tests="99"><testsuite name="a">
  <testcase name="one > two"/>
  <testcase name="two"><failure message="no">trace</failure></testcase>
  <testcase name="three"><error/></testcase>
  <testcase name="four"><skipped /></testcase>
  <testcase name="five"><system-out><![CDATA[<failure> of a log <testcase>]]></system-out></testcase>
  <!-- <testcase name="none"/> -->
</testsuite></testsuites>`;
  expect(countJunit(xml)).toEqual({ tests: 5, failed: 1, errored: 1, skipped: 1 });
});

test('what is no JUnit file counts nothing', () => {
  expect(countJunit('{"tests": 3}')).toBeUndefined();
});
