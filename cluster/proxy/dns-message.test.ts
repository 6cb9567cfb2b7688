import { type Question, readQuestion, recordType, responseCode, writeAnswer } from './dns-message.ts';

/** A query as c-ares writes it: id, recursion desired, one question. */
function query(name: string, type: number = recordType.A): Buffer {
  const labels = name.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  return Buffer.concat([Buffer.from([0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]), ...labels, Buffer.from([0, 0, type, 0, 1])]);
}

test('a question is read; its name in small letters', () => {
  const question = readQuestion(query('Web.shop.svc.cluster.local', recordType.SRV));
  expect(question).toMatchObject({ id: 0x1234, name: 'web.shop.svc.cluster.local', type: recordType.SRV, recursionDesired: true });
});

test('what is no query is not answered', () => {
  const whole = query('web.shop.svc.cluster.local');
  const answer = Buffer.from(whole);
  answer[2] = 0x81;
  const twoQuestions = Buffer.from(whole);
  twoQuestions[5] = 2;
  const compressed = Buffer.concat([whole.subarray(0, 12), Buffer.from([0xc0, 12, 0, 1, 0, 1])]);
  for (const bytes of [answer, twoQuestions, compressed, Buffer.alloc(0), Buffer.alloc(12)]) expect(readQuestion(bytes)).toBeUndefined();
  for (let length = 0; length < whole.length; length += 1) expect(readQuestion(whole.subarray(0, length))).toBeUndefined();
});

test('an answer repeats the question and has its records', () => {
  const question = readQuestion(query('a.b')) as Question;
  const bytes = writeAnswer(question, responseCode.noError, [
    { type: 'A', name: 'a.b', address: '127.37.1.5' },
    { type: 'SRV', name: 'a.b', port: 5432, target: 'c.d' },
  ]);
  expect(bytes.toString('hex')).toBe(
    [
      '1234 8580 0001 0002 0000 0000',
      '0161 0162 00 0001 0001',
      '0161 0162 00 0001 0001 00000000 0004 7f250105',
      '0161 0162 00 0021 0001 00000000 000b 0000 0064 1538 0163 0164 00',
    ]
      .join('')
      .replaceAll(' ', ''),
  );
});

test('what does not fit is left out, and the answer says so', () => {
  const question = readQuestion(query('a.b')) as Question;
  const records = Array.from({ length: 100 }, (_, n) => ({ type: 'A' as const, name: 'a.b', address: `127.37.1.${n}` }));
  const bytes = writeAnswer(question, responseCode.noError, records, 512);
  expect(bytes.length).toBeLessThanOrEqual(512);
  expect((bytes[2] ?? 0) & 2).toBe(2);
  expect(bytes.readUInt16BE(6)).toBe(Math.floor((512 - 12 - question.bytes.length) / 19));
});

test('a name that there is not has code 3', () => {
  const question = readQuestion(query('a.b')) as Question;
  expect((writeAnswer(question, responseCode.nameError, [])[3] ?? 0) & 15).toBe(3);
});
