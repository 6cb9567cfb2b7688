import { join, resolve } from 'node:path';
import { Args, Flags } from '@oclif/core';
import type { Journal } from '../../experiments/engine/journal.ts';
import { BaseCommand } from '../base-command.ts';
import type { ChosenExperiment } from '../choose-experiments.ts';
import { parseDurationMs } from '../duration.ts';
import { UsageError } from '../errors/usage-error.ts';
import { exitCodeOfJournals, exitCodes, type FailOn } from '../exit-code.ts';
import { consentFlag, labFlags, nodeFlags, nodeImageOf, platformNameOf, pushes, registryFlag, syncPeriodFlag } from '../flags.ts';

export default class Run extends BaseCommand {
  static override summary = 'Run experiments: break the shop on purpose and say with numbers whether it held.';
  static override description =
    `Each experiment runs twice: control (the mechanism removed, which has to fail as predicted) and treatment (the mechanism in place, which has to hold).
Without a name all experiments run. A lab that is up is used; else a cluster is started for the run and ended with it.
Ctrl-C stops, undoes every fault and writes what was seen; a second Ctrl-C ends at once.

Exit code: 0 passed, 1 the lab errored, 2 bad usage, 3 inconclusive, 4 an experiment failed, 5 the platform is not available or was gone in the middle, 6 a fault could not be undone, 130 interrupted. Of several the worst: 6, 5, 1, 4, 3, 0.`;
  static override examples = [
    { description: 'Does the shop take orders while delivery is down?', command: '<%= config.bin %> <%= command.id %> async-decoupling' },
    {
      description: 'The same again, with all that is drawn as it was',
      command: '<%= config.bin %> <%= command.id %> async-decoupling --seed 42',
    },
    { description: 'Ten runs, judged together', command: '<%= config.bin %> <%= command.id %> liveness --repeat 10' },
    { description: 'In a cluster that is there', command: '<%= config.bin %> <%= command.id %> liveness --context minikube' },
    { description: 'All about probes but one', command: '<%= config.bin %> <%= command.id %> --tag probes --skip liveness-health' },
    { description: 'An experiment of yours, on manifests of yours', command: '<%= config.bin %> <%= command.id %> ./mine/experiment.yaml' },
    { description: 'The load sent by k6', command: '<%= config.bin %> <%= command.id %> readiness --load k6' },
    { description: 'What says most within five minutes', command: '<%= config.bin %> <%= command.id %> --budget 5m' },
    {
      description: 'Fail where something is worse than before, beyond chance',
      command: '<%= config.bin %> <%= command.id %> readiness --baseline main-report',
    },
    {
      description: 'Gate a merge: the exit code decides, JUnit tells why',
      command: '<%= config.bin %> <%= command.id %> --report-dir out',
    },
  ];
  static override strict = false;
  static override args = { experiment: Args.string({ description: 'Names of experiments, as `list` shows them, or files of yours.' }) };
  static override flags = {
    ...labFlags,
    'report-dir': Flags.string({
      summary: 'Folder for the reports: HTML, JSON, JUnit, Markdown and text.',
      default: './shoplab-report',
      helpValue: 'DIR',
    }),
    manifests: Flags.string({
      summary: 'Folder with manifests of yours that the overlays of experiments are in; as ours, changed.',
      helpValue: 'DIR',
    }),
    only: Flags.string({ summary: 'Run this experiment; as naming it. May be given several times.', multiple: true, helpValue: 'NAME' }),
    skip: Flags.string({ summary: 'Leave this experiment out. May be given several times.', multiple: true, helpValue: 'NAME' }),
    tag: Flags.string({
      summary: 'Run the experiments that carry this tag. May be given several times.',
      multiple: true,
      helpValue: 'TAG',
    }),
    repeat: Flags.integer({
      summary:
        'Run each experiment so often, each time with the next seed: counts are added up, and the report shows how far the runs differ.',
      default: 1,
      min: 1,
      max: 1000,
      helpValue: 'N',
    }),
    seed: Flags.integer({ summary: 'Seed of all that is random. Without it one is drawn and told.', min: 0, max: 2 ** 31 - 1 }),
    rate: Flags.integer({ summary: 'Requests a second, in place of what the experiment declares.', min: 1, max: 10_000 }),
    load: Flags.string({
      summary: 'What sends the load, in place of the generator of shoplab: k6.',
      description: 'On the local platform the k6 on PATH sends it; on docker and Kubernetes a Pod of its image, and none is needed here.',
      options: ['k6'],
      helpValue: 'PROGRAM',
    }),
    'k6-image': Flags.string({
      summary: 'On docker and Kubernetes: image of the k6 that sends a load; that of the project, in a fixed version, if not given.',
      helpValue: 'IMAGE',
    }),
    duration: Flags.string({
      summary: "How long the load lasts, for example 2m; the method's waits keep their proportions.",
      helpValue: 'TIME',
    }),
    baseline: Flags.string({
      summary: 'Journal, or folder of them, of a run before: exit with 4 where a criterion is worse than there, beyond chance.',
      helpValue: 'JOURNAL',
    }),
    budget: Flags.string({
      summary: 'Run those experiments that say most within this time, by what they declare; what is left out is told.',
      helpValue: 'TIME',
    }),
    'fail-on': Flags.string({
      summary: 'From which outcome on the exit code is not 0; with `failed` an inconclusive run exits with 0.',
      options: ['inconclusive', 'failed'] satisfies FailOn[],
      default: 'inconclusive',
      helpValue: 'OUTCOME',
    }),
    ...nodeFlags,
    ...registryFlag,
    ...consentFlag,
    'hpa-sync-period': syncPeriodFlag('5s'),
    'side-by-side': Flags.boolean({
      summary:
        'Run control and treatment at the same time wherever the experiment allows it, or (--no-side-by-side) never. If not given: those that ask little, where nodes have room for both.',
      description:
        'Without it those run together that ask little of a machine. All together is sooner, on cores that have nothing else to do.',
      allowNo: true,
    }),
  };

  async run(): Promise<Journal | Journal[]> {
    const { argv, flags } = await this.parse(Run);
    const loadMs = flags.duration === undefined ? undefined : parseDurationMs(flags.duration);
    const nodeImage = nodeImageOf(flags);
    const platformName = platformNameOf(flags);
    const [{ chooseExperiments }, { choosePlatform }, { openReportFolder, runFolder, writeReports }] = await Promise.all([
      import('../choose-experiments.ts'),
      import('../choose-platform.ts'),
      import('../report-folder.ts'),
    ]);
    const names = [...argv.map(String), ...(flags.only ?? [])];
    const asked = await chooseExperiments({ names, tags: flags.tag ?? [], skip: flags.skip ?? [] });
    const within = flags.budget === undefined ? asked : await this.withinBudget(asked, parseDurationMs(flags.budget));
    const [{ isThroughK6, throughK6 }, { k6ImageOf }] = await Promise.all([import('../through-k6.ts'), import('../k6-image.ts')]);
    const byK6 = flags.load === 'k6';
    const k6Image = k6ImageOf(flags['k6-image'], platformName);
    if (flags['k6-image'] !== undefined && !within.some((chosen) => isThroughK6(chosen, byK6)))
      throw new UsageError('--k6-image is for loads that k6 sends', { hint: 'with --load k6' });
    const experiments = await throughK6(within, { isAsked: byK6, image: k6Image });
    const running = experiments.map(({ experiment }) => experiment.name);
    const baseline = flags.baseline === undefined ? undefined : (await import('../baseline.ts')).readBaseline(flags.baseline, running);
    if (flags.manifests !== undefined && experiments.every(({ file }) => file))
      throw new UsageError('--manifests is for experiments of the catalog', { hint: 'a file names its manifests itself, beside it' });
    const users = experiments.find(({ experiment }) => experiment.load.rate === null);
    if (flags.rate !== undefined && users)
      throw new UsageError(
        `--rate is not for ${users.experiment.name}: its load is ${users.experiment.load.script ? 'a script' : 'of users'}, not of a rate`,
        { hint: users.experiment.load.script ? 'the script says what is sent' : 'its file says how many there are (vus)' },
      );
    (await import('../require-blast-radius.ts')).requireBlastRadius(experiments, loadMs);
    const reportFolder = openReportFolder(flags['report-dir']);
    const platform = await choosePlatform(platformName);
    if (flags.context !== undefined) {
      const [{ requireConsent }, { blastRadiusOf }] = await Promise.all([
        import('../require-consent.ts'),
        import('../describe-experiment.ts'),
      ]);
      const told = experiments.map(({ experiment }) => `${experiment.name}: ${blastRadiusOf(experiment)}`);
      await requireConsent(
        flags.context,
        ['It makes namespaces, breaks what is in them on purpose, and deletes them:', ...told, ...pushes(flags['image-registry'])],
        flags.yes,
      );
    }
    const [{ runExperiments }, { startProgress }, { listenForInterrupt }, { renderTerminal }, suites, { pathToFileURL }] =
      await Promise.all([
        import('../run-experiments.ts'),
        import('../progress/start-progress.ts'),
        import('../interrupt.ts'),
        import('../../reports/terminal.ts'),
        Promise.all([import('../../reports/suite/suite.ts'), import('../../reports/suite/terminal.ts')]),
        import('node:url'),
      ]);
    const progress = startProgress(this.surroundings);
    const interrupt = listenForInterrupt((line) => progress.tell(line));
    try {
      const journals = await runExperiments(experiments, {
        platform,
        name: flags.name,
        seed: flags.seed ?? Math.floor(Math.random() * 2 ** 31),
        repeat: flags.repeat,
        rate: flags.rate,
        loadMs,
        autoscalerSyncMs: flags['hpa-sync-period'],
        nodeImage,
        context: flags.context,
        imageRegistry: flags['image-registry'],
        byK6,
        k6Image,
        sideBySide: flags['side-by-side'],
        version: this.config.version,
        manifests: flags.manifests === undefined ? this.surroundings.manifests : resolve(flags.manifests),
        ownManifests: flags.manifests,
        signal: interrupt.signal,
        progress,
        onJournal: (journal, run) => {
          progress.stop();
          const files = writeReports(run === undefined ? reportFolder : openReportFolder(runFolder(reportFolder, run)), journal);
          if (run !== undefined) return progress.tell(`run ${run}: ${journal.outcome}: ${journal.reason}`);
          this.log(`\n${renderTerminal(journal, { colour: this.surroundings.colourOut, width: this.surroundings.columns })}`);
          this.log(`report: ${files.html}\n        ${pathToFileURL(files.html ?? '').href}`);
        },
      });
      if (journals.length === 0) interrupt.signal.throwIfAborted();
      if (journals.length > 1) {
        const [{ makeSuite }, { renderSuiteTerminal }] = suites;
        this.log(
          `\n${renderSuiteTerminal(makeSuite(journals), { colour: this.surroundings.colourOut, width: this.surroundings.columns })}`,
        );
        this.log(`all reports: ${pathToFileURL(join(reportFolder, 'index.html')).href}`);
      }
      // Those that a signal kept from starting count as interrupted too.
      const kept =
        journals.length < experiments.length
          ? [{ outcome: 'passed' as const, interrupted: interrupt.by, undoFailures: [], variants: [] }]
          : [];
      process.exitCode = exitCodeOfJournals([...journals, ...kept], flags['fail-on'] as FailOn);
      // What broke or could not be undone is worse than that.
      const isWorse = baseline !== undefined && (await this.isWorseThan(baseline, journals));
      if (isWorse && (process.exitCode === exitCodes.passed || process.exitCode === exitCodes.inconclusive))
        process.exitCode = exitCodes.failed;
      return journals.length === 1 && journals[0] ? journals[0] : journals;
    } finally {
      progress.stop();
      interrupt.release();
    }
  }
  private async withinBudget(asked: ChosenExperiment[], budgetMs: number): Promise<ChosenExperiment[]> {
    const [{ chooseWithinBudget }, { formatDuration }] = await Promise.all([
      import('../choose-within-budget.ts'),
      import('../../reports/check-words.ts'),
    ]);
    const { taken, left } = chooseWithinBudget(asked, budgetMs);
    const names = (some: ChosenExperiment[]): string => some.map(({ experiment }) => experiment.name).join(', ');
    this.tell(`within ${formatDuration(budgetMs)}: ${names(taken)}${left.length > 0 ? `; left out: ${names(left)}` : ''}`);
    return taken;
  }

  /** Tells a run beside its baseline. */
  private async isWorseThan(baseline: Journal[], journals: Journal[]): Promise<boolean> {
    const [{ compareWithBaseline }, { renderComparisonTerminal }, { isWorse }] = await Promise.all([
      import('../baseline.ts'),
      import('../../reports/compare/terminal.ts'),
      import('../../reports/compare/comparison-words.ts'),
    ]);
    const comparison = compareWithBaseline(baseline, journals);
    this.log(`\n${renderComparisonTerminal(comparison, { colour: this.surroundings.colourOut, width: this.surroundings.columns })}`);
    return isWorse(comparison);
  }
}
