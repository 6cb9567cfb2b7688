import { readFileSync, writeFileSync } from 'node:fs';

for (const { Config, RepoTags } of JSON.parse(readFileSync('/images/in/manifest.json', 'utf8')))
  for (const tag of RepoTags) {
    const id = `sha256:${Config.replace(/^blobs\/sha256\//, '').replace(/\.json$/, '')}`;
    writeFileSync(`/images/${encodeURIComponent(tag)}`, JSON.stringify({ status: { id } }));
  }
