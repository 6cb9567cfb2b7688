/** The import rule of the house: imports run one way, and each folder reaches another only by its door. */
const within = (...names) => `^(${names.join('|')})/`;
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });
const test = '\\.test\\.ts$';
module.exports = {
  forbidden: [
    forbid(
      'no-cycles',
      'files that need each other are one file, or three',
      { path: within('cli', 'cluster', 'shop', 'experiments', 'reports') },
      { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    ),
    forbid(
      'cluster-alone',
      'the cluster knows nothing of shop, experiments, reports or cli',
      { path: within('cluster'), pathNot: test },
      { path: within('cli', 'shop', 'experiments', 'reports') },
    ),
    forbid(
      'shop-alone',
      'the system under test knows nothing of the lab',
      { path: within('shop') },
      { path: within('cli', 'cluster', 'experiments', 'reports') },
    ),
    forbid(
      'experiments-alone',
      'experiments reach a cluster only by a kubeconfig',
      { path: within('experiments'), pathNot: `${test}|/testing/` },
      { path: within('cli', 'cluster', 'shop', 'reports') },
    ),
    forbid(
      'reports-from-journal',
      'a report is made from the journal alone; it may reckon with the same statistics',
      { path: within('reports') },
      { path: within('cli', 'cluster', 'shop', 'experiments'), pathNot: '^experiments/engine/(journal|statistics/)' },
    ),
    forbid(
      'cli-by-the-doors',
      'the CLI knows the cluster by its port alone',
      { path: within('cli'), pathNot: `${test}|^cli/bench/` },
      { path: '^(cluster|shop)/', pathNot: '^cluster/(platform|platforms/|kustomize/|images/kafka/broker/)' },
    ),
    forbid(
      'engine-first',
      'the engine knows no experiment, fault, probe or load',
      { path: '^experiments/engine/', pathNot: test },
      { path: '^experiments/(catalog|faults|probes|load|exercises)/', dependencyTypesNot: ['type-only'] },
    ),
    forbid(
      'known-packages',
      'what is imported is in package.json',
      { path: within('cli', 'cluster', 'shop', 'experiments', 'reports') },
      { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown'], pathNot: '^node:' },
    ),
    forbid(
      'installed-packages',
      'what is packed imports no package that only this checkout has',
      { path: within('cli', 'cluster', 'shop', 'experiments', 'reports'), pathNot: `${test}|/contract\\.ts$|/testing/|/test-|^cli/bench/` },
      { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Its parser does not know `await using` yet, which these tests show.
    exclude: { path: '^dist/|^cli/testcontainers\\.(docker|local)\\.test' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    moduleSystems: ['es6'],
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
    },
  },
};
