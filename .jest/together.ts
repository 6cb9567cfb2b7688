/**
 * Declares tests that mostly wait, and so are played some at a time: all are begun in one hook, after those that were declared before, and
 * each is told of as a test of its own. (jest's `test.concurrent` refuses an `import()` that falls between the ends of two tests.)
 */
export function together(atOnce: number): (name: string, play: () => Promise<void>) => void {
  const plays: { name: string; play: () => Promise<void> }[] = [];
  /** By name, with what each threw. */
  const ended = new Map<string, { error?: unknown }>();
  beforeAll(async () => {
    const waiting = plays.values();
    const playAll = async (): Promise<void> => {
      for (const { name, play } of waiting) {
        try {
          await play();
          ended.set(name, {});
        } catch (error) {
          ended.set(name, { error });
        }
      }
    };
    await Promise.all(Array.from({ length: atOnce }, playAll));
  }, 600_000);
  return (name, play) => {
    plays.push({ name, play });
    test(name, () => {
      const end = ended.get(name);
      if (!end) throw new Error('it was not played');
      if ('error' in end) throw end.error;
    });
  };
}
