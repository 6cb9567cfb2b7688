export type BreakerState = 'closed' | 'half-open' | 'open' | 'off' | 'isolated';

/** What order's metrics said of its breaker and its calls to delivery; counts since order started. */
export interface BreakerReading {
  /** Milliseconds since the variant's startedAt, when the answer was there. */
  atMs: number;
  state: BreakerState;
  /** Changes to each state. */
  opened: number;
  halfOpened: number;
  /** The first is the state at the start. */
  closed: number;
  /** Calls by their outcome. */
  ok: number;
  failed: number;
  shortCircuited: number;
  /** Calls without an outcome yet. */
  inFlight: number;
}

const states: BreakerState[] = ['closed', 'half-open', 'open', 'off', 'isolated'];

/** From /metrics of order, in Prometheus' text format. Throws where it tells of no breaker. */
export function readBreaker(text: string, atMs: number): BreakerReading {
  const value = (name: string, label = ''): number => {
    const line = text.split('\n').find((one) => one.startsWith(`${name}{`) && one.includes(label));
    return line === undefined ? 0 : Number(line.slice(line.lastIndexOf(' ') + 1));
  };
  const state = states.find((one) => value('breaker_state', `state="${one}"`) === 1);
  if (!state) throw new Error('order does not tell the state of its breaker: its metrics have no breaker_state that is 1');
  const changes = (to: BreakerState): number => value('breaker_transitions_total', `to="${to}"`);
  const calls = (outcome: string): number => value('delivery_calls_total', `outcome="${outcome}"`);
  return {
    atMs,
    state,
    opened: changes('open'),
    halfOpened: changes('half-open'),
    closed: changes('closed'),
    ok: calls('ok'),
    failed: calls('failed'),
    shortCircuited: calls('short-circuited'),
    inFlight: value('delivery_calls_in_flight'),
  };
}

/** Calls that have had their outcome. */
export const endedCalls = ({ ok, failed, shortCircuited }: BreakerReading): number => ok + failed + shortCircuited;
