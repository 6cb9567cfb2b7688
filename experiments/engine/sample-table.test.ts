import type { Sample } from './experiment.ts';
import { asWritten, sampleTable } from './sample-table.ts';

const sample = (change: Partial<Sample> = {}): Sample => ({ dueMs: 0, lateMs: 0, latencyMs: 1, status: 200, error: '', ...change });

test('a row for each request, in the order in which they were due, with what it came to', () => {
  const { csv, leftOut } = sampleTable([
    sample({ dueMs: 20.5, latencyMs: 2000, status: 0, error: 'timeout' }),
    sample({ dueMs: 10, latencyMs: 3.25, status: 201, connection: 7, servedBy: 'product-a' }),
    sample({ dueMs: 30, error: 'status 503', status: 503, connection: 8, servedBy: 'one, "the other"' }),
  ]);
  expect(csv).toBe(
    'due_ms,latency_ms,answer,connection,served_by\n10,3.25,201,7,product-a\n20.5,2000,timeout,,\n30,1,status 503,8,"one, ""the other"""\n',
  );
  expect(leftOut).toBe(0);
});

test('times are written downwards: a request that was due before a moment is written before it', () => {
  const { dueMs, latencyMs } = asWritten(sample({ dueMs: 1999.9999, latencyMs: 0.129 }));
  expect([dueMs, latencyMs]).toEqual([1999.99, 0.12]);
});

test('of too many those that failed are kept, as many as may be, and the others counted', () => {
  const many = [...Array.from({ length: 10 }, () => sample()), sample({ error: 'reset', status: 0 })];
  expect(sampleTable(many, 11).leftOut).toBe(0);
  const { csv, leftOut } = sampleTable(many, 10);
  expect([csv.split('\n').length - 2, leftOut]).toEqual([1, 10]);
  expect(csv).toContain('0,1,reset,,');
  expect(sampleTable(Array(30).fill(sample({ error: 'reset' })), 20).leftOut).toBe(10);
});
