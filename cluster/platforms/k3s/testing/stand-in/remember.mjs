import { existsSync, readFileSync, writeFileSync } from 'node:fs';

// As where the engine calls an image by its manifest: the node calls it otherwise.
const isOtherwise = existsSync('/otherwise');

for (const { Config, RepoTags } of JSON.parse(readFileSync('/in/manifest.json', 'utf8')))
  for (const tag of RepoTags) {
    const digits = Config.replace(/^blobs\/sha256\//, '').replace(/\.json$/, '');
    writeFileSync(`/images/${encodeURIComponent(tag)}`, `sha256:${isOtherwise ? [...digits].reverse().join('') : digits}`);
  }
