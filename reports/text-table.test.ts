import { layOutTable, wrap } from './text-table.ts';

test('columns stand one below the other, also where letters take two columns of a terminal', () => {
  expect(
    layOutTable(
      [
        ['실습', 'state'],
        ['load', '시작 전'],
        ['부하, 전과 후', 'ok'],
      ],
      80,
    ),
  ).toEqual(['실습           state', '─────────────  ───────', 'load           시작 전', '부하, 전과 후  ok']);
});

test('a word that is too long is broken, and no letter is lost', () => {
  expect(wrap('abcdefghij', 8)).toEqual(['abcdefgh', 'ij']);
  expect(wrap('가나다라마', 8)).toEqual(['가나다라', '마']);
});
