import { Flags } from '@oclif/core';
import { k3sImageOf } from '../cluster/platforms/k3s/k3s-image.ts';
import { platforms } from '../cluster/platforms/platforms.ts';
import { parseDurationMs } from './duration.ts';
import { UsageError } from './errors/usage-error.ts';

const platform = {
  description:
    'local: a Kubernetes of processes on this machine; needs nothing but Node. docker: its Pods are containers of a Docker engine. kind, k3s: genuine Kubernetes, a cluster of kind or k3s in that engine. context: a cluster that is there, which --context names.',
  options: Object.keys(platforms),
  helpValue: 'NAME',
};

/** The lab that a command means where none is named. */
export const usualLab = 'shoplab';

const nameFlag = {
  name: Flags.string({
    summary: 'Name of the lab. Labs of different names do not touch each other.',
    default: usualLab,
    helpValue: 'NAME',
    parse: async (name) => {
      // 30 characters leave room for what is put behind it, and for a Kubernetes name (63) around it.
      if (/^[a-z0-9]([-a-z0-9]{0,28}[a-z0-9])?$/.test(name)) return name;
      throw new UsageError(`'${name}' is no name for a lab`, {
        hint: 'small letters, digits and hyphens, at most 30, for example --name demo',
      });
    },
  }),
};

/** Where the cluster runs, and which of several labs is meant: the same on every command that starts one. */
export const labFlags = {
  platform: Flags.string({ summary: 'Where the Kubernetes API comes from.', default: 'local', ...platform }),
  context: Flags.string({
    summary: 'A context of your kubeconfig: the lab is namespaces of that cluster (--platform context).',
    helpValue: 'NAME',
  }),
  ...nameFlag,
};

/** On commands that change a cluster which others use too. */
export const consentFlag = {
  yes: Flags.boolean({ char: 'y', summary: 'With --context: do as announced, without asking.' }),
};

/** Where the images of a cluster come from that was there before the lab. */
export const registryFlag = {
  'image-registry': Flags.string({
    summary:
      'With --context: push all images of the lab to this registry, as `docker push` does, and let the cluster pull them from there.',
    dependsOn: ['context'],
    helpValue: 'REGISTRY',
    parse: async (text) => {
      if (/^[a-z0-9][\w.-]*(:\d+)?(\/[a-z0-9][\w.-]*)*$/.test(text)) return text;
      throw new UsageError(`'${text}' is no registry`, { hint: 'a host, and maybe a path: --image-registry registry.example/team' });
    },
  }),
};

/** What is said of a registry before anything is done. */
export const pushes = (registry: string | undefined): string[] =>
  registry === undefined ? [] : [`It pushes the images of the lab to ${registry}.`];

/** The platform that the flags mean. Throws where they contradict each other. */
export function platformNameOf({ platform, context }: { platform: string; context?: string | undefined }): string {
  if (context === undefined && platform === 'context')
    throw new UsageError('--platform context takes the name of a context', {
      hint: 'with --context NAME, as `kubectl config get-contexts` lists them',
    });
  if (context === undefined) return platform;
  // A default cannot be told from what was typed.
  if (platform !== 'local' && platform !== 'context')
    throw new UsageError(`--platform ${platform} and --context ${context} mean different clusters`, { hint: 'give one of them' });
  return 'context';
}

/** Which lab is meant, on every command that reaches one that is there. */
export const labOfFlags = {
  platform: Flags.string({
    summary: 'Where the Kubernetes API comes from.',
    ...platform,
    description: `That of the lab that is up, if not given. ${platform.description}`,
  }),
  ...nameFlag,
};

/** How often autoscalers look in a cluster that is started for a run, where nobody says. */
export const usualRunSyncMs = 5000;

/** How often autoscalers look, in milliseconds. It has no default here: of a lab that is up only what was typed is asked for. */
export const syncPeriodFlag = (otherwise: string) =>
  Flags.custom<number>({
    summary: `How often each HorizontalPodAutoscaler looks, of a lab that is started; ${otherwise} if not given. A lab that is up keeps its own, and another is refused; of a cluster that is there (--context) it cannot be set.`,
    exclusive: ['context'],
    helpValue: 'TIME',
    parse: async (text) => {
      const periodMs = parseDurationMs(text);
      if (periodMs >= 1000) return periodMs;
      throw new UsageError(`autoscalers cannot look every ${text}`, { hint: 'a second or more, for example --hpa-sync-period 5s' });
    },
  })();

/** Which Kubernetes a cluster that is created has; one that is up keeps its own, and another is refused. */
export const nodeFlags = {
  'kubernetes-version': Flags.string({
    summary: 'With --platform kind or k3s: version of Kubernetes, for example 1.34.4, by the image of the node that has it.',
    exclusive: ['node-image'],
    helpValue: 'VERSION',
    parse: async (text) => {
      if (/^v?\d+\.\d+\.\d+$/.test(text)) return text.replace(/^v/, '');
      throw new UsageError(`'${text}' is no version of Kubernetes`, { hint: 'three numbers, for example --kubernetes-version 1.34.4' });
    },
  }),
  'node-image': Flags.string({
    summary: 'With --platform kind or k3s: image of the node; the usual one if not given.',
    helpValue: 'IMAGE',
  }),
};

/** The node image that the flags mean. Throws where they are for another platform. */
export function nodeImageOf(flags: {
  platform: string;
  'kubernetes-version'?: string | undefined;
  'node-image'?: string | undefined;
}): string | undefined {
  const { platform, 'kubernetes-version': version, 'node-image': image } = flags;
  const flag = image !== undefined ? 'node-image' : version !== undefined ? 'kubernetes-version' : undefined;
  if (flag !== undefined && platform !== 'kind' && platform !== 'k3s')
    throw new UsageError(`--${flag} is for clusters of kind and k3s`, { hint: 'with --platform kind' });
  if (version === undefined) return image;
  return platform === 'k3s' ? k3sImageOf(version) : `kindest/node:v${version}`;
}
