import { Flags } from '@oclif/core';
import { platforms } from '../cluster/platforms/platforms.ts';
import { parseDurationMs } from './duration.ts';
import { UsageError } from './errors/usage-error.ts';

/** Where the cluster runs, and which of several labs is meant: the same on every command that reaches one. */
export const labFlags = {
  platform: Flags.string({
    summary: 'Where the Kubernetes API comes from.',
    description:
      'local: a Kubernetes of processes on this machine; needs nothing but Node. docker: its Pods are containers of a Docker engine.',
    options: Object.keys(platforms),
    default: 'local',
    helpValue: 'NAME',
  }),
  name: Flags.string({
    summary: 'Name of the lab. Labs of different names do not touch each other.',
    default: 'shoplab',
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

/** How often autoscalers look, of a lab that is started. */
export const syncPeriodFlag = (otherwise: string) =>
  Flags.string({
    summary: 'How often each HorizontalPodAutoscaler looks, of a lab that is started; 15s on a Kubernetes as it comes.',
    default: otherwise,
    helpValue: 'TIME',
    parse: async (text) => {
      if (parseDurationMs(text) >= 1000) return text;
      throw new UsageError(`autoscalers cannot look every ${text}`, { hint: 'a second or more, for example --hpa-sync-period 5s' });
    },
  });
