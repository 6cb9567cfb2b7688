import type { LabNetwork } from '../../../network.ts';
import type { StartRequest } from '../runtime.ts';

/** What a process needs of the machine it runs on; all else comes from the manifest, as in a container. */
const OF_THE_MACHINE =
  /^(PATH|HOME|USER|LOGNAME|LANG|LC_[A-Z]+|TZ|TMPDIR|TEMP|TMP|SYSTEMROOT|WINDIR|COMSPEC|PATHEXT|APPDATA|LOCALAPPDATA|USERPROFILE|XDG_[A-Z_]+|SHOPLAB_TEST_RUN)$/i;

/** In the environment of a container's processes: its id, by which they are found again. */
export const containerVariable = 'SHOPLAB_CONTAINER';
export const containerMark = (id: string): string => `${containerVariable}=${id}`;

/** The environment of a container's processes: of the machine, then of the manifest, then what the lab tells them. */
export function processEnvironment(
  request: StartRequest,
  machine: NodeJS.ProcessEnv,
  network: LabNetwork,
  preload: string | undefined,
): NodeJS.ProcessEnv {
  const mounts = Object.fromEntries([...request.mounts, request.terminationLog].map(({ mountPath, hostPath }) => [mountPath, hostPath]));
  const env: NodeJS.ProcessEnv = {
    ...Object.fromEntries(Object.entries(machine).filter(([name]) => OF_THE_MACHINE.test(name))),
    HOSTNAME: request.hostname,
    ...request.env,
    SHOPLAB_POD_IP: request.podIP,
    SHOPLAB_DNS: `${network.dnsIP}:${network.dnsPort}`,
    SHOPLAB_NAMESPACE: request.namespace,
    SHOPLAB_MOUNTS: JSON.stringify(mounts),
    [containerVariable]: request.id,
  };
  if (preload) env.NODE_OPTIONS = `${request.env.NODE_OPTIONS ?? ''} --import ${preload}`.trim();
  return env;
}
