import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { journalJsonSchema } from '../experiments/engine/journal-schema.ts';

/** Writes dist/journal.schema.json, the published form of the contract. Run by the build, so that it is never behind. */
writeFileSync(fileURLToPath(new URL('../journal.schema.json', import.meta.url)), `${JSON.stringify(journalJsonSchema(), null, 2)}\n`);
