import { autoscaling } from './stories/autoscaling.ts';
import { lives } from './stories/lives.ts';
import { probes } from './stories/probes.ts';
import { rollouts } from './stories/rollouts.ts';
import type { Story } from './story.ts';

/** All stories, the longest first, so that none is left to play alone at the end. */
export const stories: Story[] = [...autoscaling, ...rollouts, ...lives, ...probes];
