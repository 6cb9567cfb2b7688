import { arch, cpus, hostname, type as osType, platform, release, totalmem, version } from 'node:os';
import { ApiError } from '../api/errors.ts';
import { timestamp } from '../api/object.ts';
import type { Draft, Kinds, Registry } from '../api/registry.ts';

/** What a node of this machine can give, by resource (as status.capacity has it). */
export const nodeCapacity = (): Record<string, string> => ({
  cpu: String(cpus().length || 1),
  memory: `${Math.floor(totalmem() / 1024)}Ki`,
  'ephemeral-storage': '0',
  pods: '110',
});

const conditions = (nowMs: number, runtimeFailure: string | undefined) => {
  const times = { lastHeartbeatTime: timestamp(nowMs), lastTransitionTime: timestamp(nowMs) };
  const good = (type: string, reason: string, message: string) => ({ type, status: 'False', reason, message, ...times });
  return [
    good('MemoryPressure', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
    good('DiskPressure', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
    good('PIDPressure', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
    runtimeFailure === undefined
      ? { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status', ...times }
      : { type: 'Ready', status: 'False', reason: 'KubeletNotReady', message: `container runtime is down: ${runtimeFailure}`, ...times },
  ];
};

/**
 * Registers the node with the API, or brings its status up to date (pkg/kubelet/kubelet_node_status.go). `runtimeFailure`: why no container can be
 * had; absent where they can.
 */
export function registerNode(
  registry: Registry,
  { name, internalIP, externalIP }: { name: string; internalIP: string; externalIP?: string | undefined },
  nowMs: number,
  runtimeFailure?: string,
): Kinds['Node'] {
  const labels = {
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': platform() === 'win32' ? 'windows' : platform(),
    'kubernetes.io/arch': arch() === 'x64' ? 'amd64' : arch(),
    'node-role.kubernetes.io/control-plane': '',
  };
  const draft: Draft<'Node'> = { metadata: { name, labels }, spec: {} };
  const node = registry.find('Node', '', name) ?? createNode(registry, draft);
  const capacity = nodeCapacity();
  const former = node.status?.conditions ?? [];
  return registry.updateStatus('Node', {
    ...node,
    status: {
      ...node.status,
      capacity,
      allocatable: capacity,
      addresses: [
        { type: 'InternalIP', address: internalIP },
        ...(externalIP ? [{ type: 'ExternalIP', address: externalIP }] : []),
        { type: 'Hostname', address: name },
      ],
      conditions: conditions(nowMs, runtimeFailure).map((condition) => ({
        ...condition,
        lastTransitionTime:
          former.find(({ type, status }) => type === condition.type && status === condition.status)?.lastTransitionTime ??
          condition.lastTransitionTime,
      })),
      nodeInfo: {
        architecture: labels['kubernetes.io/arch'],
        bootID: '',
        containerRuntimeVersion: `process://node-${process.versions.node}`,
        kernelVersion: release(),
        kubeProxyVersion: '',
        kubeletVersion: 'v1.34.0',
        machineID: hostname(),
        operatingSystem: labels['kubernetes.io/os'],
        osImage: `${osType()} ${version()}`,
        systemUUID: '',
      },
    },
  });
}

/** Another kubelet of that name may be faster. */
function createNode(registry: Registry, draft: Draft<'Node'>): Kinds['Node'] {
  try {
    return registry.create('Node', draft);
  } catch (error) {
    if (error instanceof ApiError && error.code === 409) return registry.get('Node', '', String(draft.metadata.name));
    throw error;
  }
}
