import { jsonTemplateOf, TemplateError, templateOf } from './request-template.ts';

const many = Array.from({ length: 500 }, (_, index) => index);
const seed = 7;

test('a text without placeholders is itself', () => {
  expect(templateOf('{"a": "{b}"}', { seed })(3)).toBe('{"a": "{b}"}');
});

test('uuids are of version 4, differ, and come again with the seed', () => {
  const template = templateOf('{{uuid}}', { seed });
  const texts = many.map(template);
  for (const text of texts) expect(text).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(new Set(texts).size).toBe(many.length);
  expect(many.map(templateOf('{{uuid}}', { seed }))).toEqual(texts);
  expect(many.map(templateOf('{{uuid}}', { seed: 8 }))).not.toContain(texts[0]);
});

test('whole numbers lie between their ends, both included, and each comes about as often', () => {
  const drawn = many.map(templateOf('{{ randomInt 1 3 }}', { seed })).map(Number);
  for (const one of [1, 2, 3]) {
    const times = drawn.filter((number) => number === one).length;
    expect(times).toBeGreaterThan(120);
    expect(times).toBeLessThan(220);
  }
  expect(drawn.every((number) => [1, 2, 3].includes(number))).toBe(true);
  expect(Math.max(...many.map(templateOf('{{randomInt}}', { seed })).map(Number))).toBeGreaterThan(900);
  expect(templateOf('{{randomInt -2 -2}}', { seed })(0)).toBe('-2');
});

test('several placeholders of one text are drawn apart', () => {
  const [first, second] = templateOf('{{uuid}} {{uuid}}', { seed })(0).split(' ');
  expect(first).not.toBe(second);
});

test('rows are taken in turn', () => {
  const rows = [{ email: 'a@b.c' }, { email: 'd@e.f' }];
  expect([0, 1, 2].map(templateOf('{{csv.email}} {{index}}', { seed, rows }))).toEqual(['a@b.c 0', 'd@e.f 1', 'a@b.c 2']);
});

test('in JSON what is filled in stays one string, and a number is one', () => {
  const rows = [{ name: 'O"Neil\\' }];
  const template = jsonTemplateOf({ customer: '{{csv.name}}', quantity: '{{randomInt 2 2}}', note: 'no. {{index}}' }, { seed, rows });
  expect(JSON.parse(template(4))).toEqual({ customer: 'O"Neil\\', quantity: 2, note: 'no. 4' });
});

test('in a path it is escaped', () => {
  const path = templateOf('/customers/{{csv.name}}', { seed, rows: [{ name: 'a b/c' }] }, encodeURIComponent);
  expect(path(0)).toBe('/customers/a%20b%2Fc');
});

test.each([
  ['{{guid}}', /^\{\{guid\}\} is not known; there are \{\{uuid\}\}, /],
  ['{{randomInt 3}}', /is not known/],
  ['{{randomInt 3 1}}', /the smaller first/],
  ['{{randomInt a b}}', /whole numbers/],
  ['{{csv.email}}', /there are no rows/],
])('%s is refused, with what is wrong', (text, message) => {
  expect(() => templateOf(text, { seed })).toThrow(TemplateError);
  expect(() => templateOf(text, { seed })).toThrow(message);
});

test('a column that the rows do not have is refused with those that they have', () => {
  expect(() => templateOf('{{csv.mail}}', { seed, rows: [{ email: 'x', name: 'y' }] })).toThrow(
    '{{csv.mail}}: the columns are email, name',
  );
});
