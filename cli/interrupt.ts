import { Interrupted } from './errors/interrupted.ts';
import { exitCodes } from './exit-code.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Interrupt {
  /** Aborted by the first signal, with an `Interrupted` that names it. */
  readonly signal: AbortSignal;
  /** The signal that came, or null. */
  readonly by: string | null;
  /** Signals act as before again. */
  release(): void;
}

/** The first signal asks to stop in order and undo, and `say` tells so; the second ends the program at once. */
export function listenForInterrupt(say: (line: string) => void, exit: (code: number) => void = process.exit): Interrupt {
  const controller = new AbortController();
  const state = {
    signal: controller.signal,
    by: null as string | null,
    release() {
      for (const name of signals) process.off(name, onSignal);
    },
  };
  const onSignal = (name: NodeJS.Signals): void => {
    if (state.by !== null) {
      exit(exitCodes.interrupted);
      return;
    }
    state.by = name;
    say(`${name}: stopping and undoing what was done (again: end at once)`);
    controller.abort(new Interrupted(name));
  };
  for (const name of signals) process.on(name, onSignal);
  return state;
}
