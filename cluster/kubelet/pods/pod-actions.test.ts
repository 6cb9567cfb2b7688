import { type ContainerView, computePodActions } from './pod-actions.ts';

const app = (state: ContainerView['state'], more: Partial<ContainerView> = {}): ContainerView => ({
  name: 'app',
  kind: 'app',
  state,
  started: state === 'running',
  ...more,
});
const init = (name: string, state: ContainerView['state'], more: Partial<ContainerView> = {}): ContainerView => ({
  ...app(state, more),
  name,
  kind: 'init',
});
const side = (state: ContainerView['state'], more: Partial<ContainerView> = {}): ContainerView => ({
  ...app(state, more),
  name: 'side',
  kind: 'sidecar',
});
const ended = (exitCode: number): Partial<ContainerView> => ({ exitCode });

test.each<[string, string, ContainerView[], string[], string[], boolean]>([
  ['a new container starts', 'Always', [app('absent')], [], ['app'], false],
  ['what runs well is left alone', 'Always', [app('running')], [], [], false],
  ['Always restarts after success', 'Always', [app('ended', ended(0))], [], ['app'], false],
  ['OnFailure restarts after failure', 'OnFailure', [app('ended', ended(1))], [], ['app'], false],
  ['OnFailure is over after success', 'OnFailure', [app('ended', ended(0))], [], [], true],
  ['Never is over after failure', 'Never', [app('ended', ended(1))], [], [], true],
  [
    'a liveness failure kills and restarts',
    'Always',
    [app('running', { failed: 'liveness' })],
    ['Container app failed liveness probe, will be restarted'],
    ['app'],
    false,
  ],
  ['under Never it kills only', 'Never', [app('running', { failed: 'liveness' })], ['Container app failed liveness probe'], [], false],
  ['an init container goes first', 'Always', [init('a', 'absent'), app('absent')], [], ['a'], false],
  ['it is waited for', 'Always', [init('a', 'running'), app('absent')], [], [], false],
  ['then comes the next', 'Always', [init('a', 'ended', ended(0)), init('b', 'absent'), app('absent')], [], ['b'], false],
  ['a failed one restarts', 'OnFailure', [init('a', 'ended', ended(2)), app('absent')], [], ['a'], false],
  ['under Never it ends the Pod', 'Never', [init('a', 'ended', ended(2)), app('absent')], [], [], true],
  ['init containers do not run again', 'Always', [init('a', 'ended', ended(0)), app('ended', ended(1))], [], ['app'], false],
  ['a sidecar is waited for until it has started', 'Always', [side('running', { started: false }), app('absent')], [], [], false],
  ['then the containers start beside it', 'Always', [side('running'), app('absent')], [], ['app'], false],
  ['a dead sidecar restarts whatever the policy', 'Never', [side('ended', ended(0)), app('running')], [], ['side'], false],
  ['a sidecar does not keep a Pod going', 'Never', [side('running'), app('ended', ended(0))], [], [], true],
  [
    'a sick sidecar restarts',
    'Always',
    [side('running', { failed: 'startup', started: false }), app('running')],
    ['Init container side failed startup probe'],
    ['side'],
    false,
  ],
])('%s', (_, policy, containers, killed, started, finished) => {
  const actions = computePodActions(policy, containers);
  expect([actions.kill.map(({ message }) => message), actions.start, actions.finished]).toEqual([killed, started, finished]);
});
