import { readFileSync } from 'node:fs';

const id = readFileSync(`/images/${encodeURIComponent(process.argv[2])}`, 'utf8');
console.log(JSON.stringify({ status: { id } }));
