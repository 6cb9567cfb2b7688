export interface ContainerView {
  name: string;
  kind: 'init' | 'sidecar' | 'app';
  /** `absent`: never started; `starting`: its postStart has not ended. */
  state: 'absent' | 'running' | 'ended';
  exitCode?: number;
  /** Its startup probe, if any, has succeeded. */
  started: boolean;
  /** The probe whose failure asks for its end. */
  failed?: 'liveness' | 'startup';
}

export interface PodActions {
  kill: { name: string; probe: 'liveness' | 'startup'; message: string }[];
  /** In this order; what is killed is among them where it is to be restarted. */
  start: string[];
  /** Nothing will be started any more: what still runs is to be ended. */
  finished: boolean;
}

const restarts = (policy: string, exitCode: number): boolean => policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);

/** What the kubelet does next for a Pod (kuberuntime_manager.go computePodActions, kuberuntime_container.go computeInitContainerActions). */
export function computePodActions(restartPolicy: string, containers: ContainerView[]): PodActions {
  const actions: PodActions = { kill: [], start: [], finished: false };
  const inits = containers.filter(({ kind }) => kind !== 'app');
  const apps = containers.filter(({ kind }) => kind === 'app');
  const initialized = apps.some(({ state }) => state !== 'absent');
  for (const [index, init] of inits.entries()) {
    const laterHasRun = initialized || inits.slice(index + 1).some(({ state }) => state !== 'absent');
    if (init.kind === 'sidecar') {
      if (init.state !== 'running') actions.start.push(init.name);
      else if (init.failed) {
        actions.kill.push({ name: init.name, probe: init.failed, message: `Init container ${init.name} failed ${init.failed} probe` });
        actions.start.push(init.name);
      }
      if (!laterHasRun && !(init.state === 'running' && init.started)) return actions;
    } else if (!initialized && !(init.state === 'ended' && init.exitCode === 0)) {
      if (init.state === 'absent') actions.start.push(init.name);
      else if (init.state === 'ended' && restartPolicy === 'Never') return { kill: [], start: [], finished: true };
      else if (init.state === 'ended') actions.start.push(init.name);
      return actions;
    }
  }
  let kept = 0;
  let toStart = 0;
  for (const app of apps) {
    const restart = app.state === 'ended' ? restarts(restartPolicy, app.exitCode ?? 0) : restartPolicy !== 'Never';
    if (app.state === 'running' && !app.failed) kept += 1;
    else if (app.state === 'running' && app.failed) {
      const message = `Container ${app.name} failed ${app.failed} probe${restart ? ', will be restarted' : ''}`;
      actions.kill.push({ name: app.name, probe: app.failed, message });
    }
    if (app.state === 'absent' || (restart && (app.state === 'ended' || app.failed))) {
      actions.start.push(app.name);
      toStart += 1;
    }
  }
  const killed = actions.kill.some(({ name }) => apps.some((app) => app.name === name));
  return kept + toStart === 0 && !killed ? { kill: [], start: [], finished: true } : actions;
}
