import type { KubeConfig } from '@kubernetes/client-node';
import { playStory } from './play-story.ts';
import type { Story } from './story.ts';
import type { Transcript } from './transcript.ts';

/** Begins to play stories, so many side by side, in their order; what is answered gives the transcript of each. */
export function playAll(config: KubeConfig, stories: Story[], sideBySide: number): (story: Story) => Promise<Transcript> {
  const played = new Map<Story, { promise: Promise<Transcript>; begin(): Promise<void> }>();
  for (const story of stories) {
    let settle: (transcript: Promise<Transcript>) => void = () => undefined;
    const promise = new Promise<Transcript>((resolve) => {
      settle = resolve;
    });
    promise.catch(() => undefined); // who asks for it is told
    played.set(story, {
      promise,
      async begin() {
        const playing = playStory(config, story);
        settle(playing);
        await playing.catch(() => undefined); // the next is played all the same
      },
    });
  }
  const waiting = [...played.values()];
  const play = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await next.begin();
  };
  for (let worker = 0; worker < sideBySide; worker += 1) void play();
  return (story) => {
    const one = played.get(story);
    if (!one) throw new Error(`story ${story.name} is not among those that are played`);
    return one.promise;
  };
}
