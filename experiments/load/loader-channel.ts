import type { FromLoader, ToLoader } from './loader-message.ts';

/** How the engine speaks with a load generator, wherever that runs. */
export interface LoaderChannel {
  /** Once the generator is gone, nothing is sent. */
  send(message: ToLoader): void;
  /** When the generator is gone, with how, in words. Never rejects. */
  readonly gone: Promise<string>;
  /** The last of what it wrote to stderr. */
  complaint(): string;
  /** All that it had to say has come: it may end. */
  letGo(): void;
  /** Ends it at once. */
  kill(): void;
}

/** Opens a channel; `take` gets what the generator says, from the first word on. */
export type OpenChannel = (take: (message: FromLoader) => void) => Promise<LoaderChannel>;
