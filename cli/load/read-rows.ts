import { readFileSync } from 'node:fs';
import { CsvError, parse } from 'csv-parse/sync';
import type { Row } from '../../experiments/load/request-template.ts';
import { UsageError } from '../errors/usage-error.ts';

/** The rows of a CSV file whose first line names the columns. Throws a UsageError. */
export function readRows(file: string): Row[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UsageError(`rows cannot be read from ${file}`, { cause, hint: 'a path relative to where you are' });
  }
  try {
    const rows = parse<Row>(text, { columns: true, skip_empty_lines: true, trim: true, bom: true });
    if (rows.length > 0) return rows;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new UsageError(`${file} is no CSV file: ${error.message}`);
  }
  throw new UsageError(`${file} has no rows`, { hint: 'the first line names the columns, the others are rows' });
}
