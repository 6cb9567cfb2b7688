import sequencer from '@jest/test-sequencer';

/** Begins with the files that take minutes, so that they do not run alone at the end; jest knows no durations in a fresh clone. */
const longest = ['cli/package', 'cli/interrupt', 'shop/', '.local.'];
const rank = ({ path }) => {
  const at = longest.findIndex((part) => path.includes(part));
  return at < 0 ? longest.length : at;
};

export default class LongestFirst extends sequencer {
  sort(tests) {
    return [...tests].sort((a, b) => rank(a) - rank(b) || (a.path < b.path ? -1 : 1));
  }
}
