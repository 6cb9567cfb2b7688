import type { Answers, Ask, ServiceAddress } from './ask-service.ts';

/** A line of JSON to the program that asks in a Pod. */
export interface ToAsker {
  id: number;
  address: ServiceAddress;
  ask: Ask;
}

/** A line of JSON back. */
export type FromAsker = { id: number } & ({ answer: Answers[Ask['how']] } | { error: string });
