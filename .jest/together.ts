/** Plays what a test is of. `goOn`: what is left to do may go on while the next is begun. */
type Play = (goOn: () => void) => Promise<void>;

/**
 * Declares tests that are played some at a time: all are begun in one hook, after those that were declared before, and each is told of as a test of
 * its own. For tests that mostly wait; or one at a time, each from when the one before lets it. (jest's `test.concurrent` refuses an `import()` that
 * falls between the ends of two tests.) `withinMs`: for all of them.
 */
export function together(atOnce: number, withinMs = 600_000): (name: string, play: Play) => void {
  const plays: { name: string; play: Play }[] = [];
  /** By name, with what each threw. */
  const ended = new Map<string, { error?: unknown }>();
  beforeAll(async () => {
    const waiting = plays.values();
    const begun: Promise<void>[] = [];
    // What is begun too late would run on beside what comes after the hook.
    const untilMs = performance.now() + withinMs;
    const playAll = async (): Promise<void> => {
      for (const { name, play } of waiting) {
        if (performance.now() > untilMs) return;
        await new Promise<void>((goOn) => {
          const end = Promise.resolve(goOn)
            .then(play)
            .then(
              () => void ended.set(name, {}),
              (error: unknown) => void ended.set(name, { error }),
            )
            .finally(goOn);
          begun.push(end);
        });
      }
    };
    await Promise.all(Array.from({ length: atOnce }, playAll));
    await Promise.all(begun);
  }, withinMs);
  return (name, play) => {
    plays.push({ name, play });
    test(name, () => {
      const end = ended.get(name);
      if (!end) throw new Error('it was not played');
      if ('error' in end) throw end.error;
    });
  };
}
