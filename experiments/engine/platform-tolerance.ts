/** What a platform adds to how exactly a time can be told. */
export interface Tolerance {
  ms: number;
  /** Why; '' where it adds nothing. */
  reason: string;
}

/**
 * By platform. The rest have their API server on this machine: what it adds lies within what each window allows for anyway. What images and
 * scheduling take is no tolerance: it is measured, and a term of the window.
 */
const tolerances: Record<string, Tolerance> = {
  context: { ms: 500, reason: 'the API server is elsewhere, and what it tells comes over a network' },
};

/** What windows have to allow for beyond what measuring takes on this machine. */
export const toleranceOn = (platform: string): Tolerance => tolerances[platform] ?? { ms: 0, reason: '' };
