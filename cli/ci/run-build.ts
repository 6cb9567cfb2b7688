import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { buildEnvironment } from './build-environment.ts';
import type { BuildObserver } from './build-events.ts';
import type { BuildResult, BuildStatus, PhaseResult } from './build-result.ts';
import type { Buildspec, BuildspecPhase } from './buildspec.ts';
import { collectOutput } from './collect-output.ts';
import { decideNextPhase, type NextPhase, type PhaseName } from './decide-next-phase.ts';
import { endLeftovers } from './end-leftovers.ts';
import { runCommands } from './run-commands.ts';
import { ShellSession, type ShellState } from './shell-session.ts';

/** So many lines of a failed command's output are kept, for its message and for the pattern of a RETRY. */
const linesKept = 50;
const stopWithinMs = 3000;

export interface BuildOptions {
  buildspec: Buildspec;
  /** As it was named, for people. */
  file: string;
  warnings?: string[];
  /** The source folder, absolute: commands begin in it, paths count from it. */
  source: string;
  /** Where artifacts and reports go, absolute. */
  output: string;
  /** CODEBUILD_BUILD_NUMBER; 1 if absent. */
  number?: number;
  machine: NodeJS.ProcessEnv;
  project?: Record<string, string>;
  given?: Record<string, string>;
  signal: AbortSignal;
  timeoutMs: number;
  observe?: BuildObserver;
}

/**
 * Runs a buildspec as CodeBuild would: phases by their transitions, one shell for the commands of each, variables and folder handed on. Rejects
 * only where it cannot be run at all (no such shell); what its commands met is in the result. Nothing that it started is left when it resolves.
 */
export async function runBuild(options: BuildOptions): Promise<BuildResult> {
  return new Build(options).run();
}

const phaseKeys = { INSTALL: 'install', PRE_BUILD: 'pre_build', BUILD: 'build', POST_BUILD: 'post_build' } as const;

class Build {
  private readonly options: BuildOptions;
  private readonly id = `shoplab:${randomUUID()}`;
  private readonly startedAt = new Date();
  private readonly observe: BuildObserver;
  private readonly result: BuildResult;
  /** Of every shell, for what they left. */
  private readonly groups: number[] = [];
  private readonly signal: AbortSignal;
  private readonly timeout: AbortSignal;
  private readonly first: ShellState;
  private state: ShellState;
  private succeeding = true;
  private retried = 0;

  constructor(options: BuildOptions) {
    this.options = options;
    const { buildspec, file, source, warnings = [], machine, project = {}, given = {} } = options;
    this.observe = options.observe ?? (() => undefined);
    this.timeout = AbortSignal.timeout(options.timeoutMs);
    this.signal = AbortSignal.any([options.signal, this.timeout]);
    const env = buildEnvironment(buildspec, {
      machine,
      project,
      given,
      id: this.id,
      number: options.number ?? 1,
      source,
      startedAtMs: this.startedAt.getTime(),
    });
    this.first = { env, cwd: source };
    this.state = this.first;
    this.result = {
      schema: 'shoplab.dev/build/v1',
      id: this.id,
      buildspec: file,
      status: 'SUCCEEDED',
      startedAt: this.startedAt.toISOString(),
      durationMs: 0,
      phases: [],
      exportedVariables: {},
      artifacts: [],
      reports: [],
      warnings: [...warnings],
    };
  }

  async run(): Promise<BuildResult> {
    const startedMs = performance.now();
    const { result } = this;
    this.observe({ type: 'build-started', id: this.id, buildspec: result.buildspec, warnings: result.warnings });
    try {
      for (let next: NextPhase['value'] = 'INSTALL'; next !== 'COMPLETED'; ) {
        if (next === 'RETRY') {
          this.retried += 1;
          this.succeeding = true;
          this.state = this.first;
          next = 'INSTALL';
        }
        next = await this.phase(next);
      }
    } finally {
      const ended = await endLeftovers(this.groups, `CODEBUILD_BUILD_ID=${this.id}`);
      if (ended > 0) result.warnings.push(`the build left ${ended === 1 ? 'a process' : `${ended} processes`} running, ended with it`);
    }
    result.status = this.interrupted() ?? (this.succeeding ? 'SUCCEEDED' : 'FAILED');
    result.exportedVariables = this.exported();
    result.durationMs = Math.round(performance.now() - startedMs);
    this.observe({ type: 'build-ended', result });
    return result;
  }

  private async phase(name: PhaseName): Promise<NextPhase['value']> {
    const startedAt = new Date();
    const startedMs = performance.now();
    this.observe({ type: 'phase-started', phase: name });
    const { commands, failure, lastLines = [], statusCode } = await this.work(name);
    const status = this.interrupted() ?? (failure === '' ? 'SUCCEEDED' : 'FAILED');
    if (status !== 'SUCCEEDED') this.succeeding = false;
    const context: PhaseResult['context'] =
      status === 'STOPPED'
        ? { statusCode: 'BUILD_STOPPED', message: 'the build was stopped' }
        : status === 'TIMED_OUT'
          ? { statusCode: 'BUILD_TIMED_OUT', message: `the build has timed out: it had ${this.options.timeoutMs / 1000} s` }
          : { statusCode: failure === '' ? '' : statusCode, message: failure };
    const phase: PhaseResult = {
      name,
      retry: this.retried,
      status,
      startedAt: startedAt.toISOString(),
      durationMs: Math.round(performance.now() - startedMs),
      commands,
      context,
    };
    this.result.phases.push(phase);
    const onFailure = this.specOf(name)?.['on-failure'];
    const next = this.interrupted()
      ? ({ value: 'COMPLETED', message: 'nothing more runs' } as const)
      : decideNextPhase({
          phase: name,
          succeeded: failure === '',
          failure: [failure, ...lastLines].join('\n'),
          retried: this.retried,
          ...(onFailure && { onFailure }),
        });
    this.observe({ type: 'phase-ended', phase: name, result: phase, next: next.message });
    return next.value;
  }

  private async work(name: PhaseName): Promise<{
    commands: PhaseResult['commands'];
    failure: string;
    lastLines?: string[];
    statusCode: PhaseResult['context']['statusCode'];
  }> {
    const spec = this.specOf(name);
    if (spec) return { ...(await this.inShell(name, spec)), statusCode: 'COMMAND_EXECUTION_ERROR' };
    if (name !== 'UPLOAD_ARTIFACTS') return { commands: [], failure: '', statusCode: '' };
    const { source, output, buildspec } = this.options;
    mkdirSync(output, { recursive: true });
    const collected = await collectOutput(buildspec, { source, output, expand: (text) => this.expand(text) });
    this.result.artifacts = collected.artifacts;
    this.result.reports = collected.reports;
    this.result.warnings.push(...collected.warnings);
    return { commands: [], failure: collected.failure, statusCode: 'CLIENT_ERROR' };
  }

  private async inShell(name: PhaseName, spec: BuildspecPhase) {
    const lines: string[] = [];
    const session = this.open((line) => {
      lines.push(line);
      if (lines.length > linesKept) lines.shift();
      this.observe({ type: 'output', phase: name, line });
    });
    const stopped = this.stopOnAbort(session);
    try {
      return await runCommands(name, spec, session, { observe: this.observe, signal: this.signal, lastLines: () => [...lines] });
    } finally {
      this.state = await session.end();
      stopped();
      this.groups.push(...session.processGroups());
    }
  }

  private open(onLine: (line: string) => void): ShellSession {
    const shell = this.options.buildspec.env?.shell === 'bash' ? 'bash' : 'sh';
    const env = { ...this.state.env, CODEBUILD_BUILD_SUCCEEDING: this.succeeding ? '1' : '0' };
    return new ShellSession({ shell, state: { ...this.state, env }, onLine });
  }

  /** Ends what the shell runs where the build is stopped: its commands get SIGTERM, and SIGKILL after a while. Answers how to stop that. */
  private stopOnAbort(session: ShellSession): () => void {
    let timer: NodeJS.Timeout | undefined;
    const signalAll = (name: NodeJS.Signals): void => {
      for (const group of session.processGroups()) {
        try {
          process.kill(-group, name);
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
        }
      }
    };
    const onAbort = (): void => {
      signalAll('SIGTERM');
      timer = setTimeout(() => signalAll('SIGKILL'), stopWithinMs);
    };
    if (this.signal.aborted) onAbort();
    else this.signal.addEventListener('abort', onAbort, { once: true });
    return () => {
      clearTimeout(timer);
      this.signal.removeEventListener('abort', onAbort);
    };
  }

  /** What a shell makes of a text with its words in it, in the state that the build has now. */
  private async expand(text: string): Promise<string> {
    const lines: string[] = [];
    const session = this.open((line) => lines.push(line));
    try {
      await session.run(`cat <<SHOPLAB_END\n${text}\nSHOPLAB_END`);
    } finally {
      await session.end();
      this.groups.push(...session.processGroups());
    }
    return lines.join('\n');
  }

  private exported(): Record<string, string> {
    const names = this.options.buildspec.env?.['exported-variables'] ?? [];
    return Object.fromEntries(names.flatMap((name) => (this.state.env[name] === undefined ? [] : [[name, this.state.env[name]]])));
  }

  private specOf(name: PhaseName): BuildspecPhase | undefined {
    return name in phaseKeys ? this.options.buildspec.phases[phaseKeys[name as keyof typeof phaseKeys]] : undefined;
  }

  private interrupted(): BuildStatus | undefined {
    return this.options.signal.aborted ? 'STOPPED' : this.timeout.aborted ? 'TIMED_OUT' : undefined;
  }
}
