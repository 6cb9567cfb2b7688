import type { Least } from './story.ts';
import type { PodHistory, Transcript } from './transcript.ts';

/** How two clusters differ in a story, a line each: what the real one has (`-`) and the other has not, and the reverse (`+`). */
export function compareTranscripts(real: Transcript, other: Transcript, toleranceMs: number): string[] {
  return [
    ...differing('events', real.events, other.events),
    ...deployments(real).flatMap((name) => [
      ...differing(`conditions of Deployment ${name}`, real.conditions[name] ?? [], other.conditions[name] ?? []),
      ...differing(`bounds of Deployment ${name}`, [boundsOf(real, name)], [boundsOf(other, name)]),
    ]),
    ...comparePods(real.pods, other.pods, toleranceMs),
  ];
}

/** What came sooner in a transcript than a rule allows, a line each; a rule that nothing in it speaks of is told, too. */
export const tooSoon = ({ pods }: Transcript, least: readonly Least[] = []): string[] =>
  least.flatMap(({ from, to, ms, because }) => {
    const took = pods.flatMap(({ states }) => {
      const first = states.findIndex(({ state }) => state.includes(from));
      const then = states.slice(first + 1).find(({ state }) => state.includes(to));
      return first < 0 || !then ? [] : [then.atMs - (states[first]?.atMs ?? 0)];
    });
    if (took.length === 0) return [`no Pod went from '${from}' to '${to}' (${because})`];
    return took.filter((one) => one < ms).map((one) => `'${to}' came ${one} ms after '${from}', at least ${ms} ms are due (${because})`);
  });

const deployments = ({ conditions }: Transcript): string[] => Object.keys(conditions);

function boundsOf({ bounds }: Transcript, name: string): string {
  const { mostPods, fewestReady } = bounds[name] ?? {};
  return `at most ${mostPods} Pods, at least ${fewestReady} Ready`;
}

function differing(what: string, real: string[], other: string[]): string[] {
  return [
    ...real.filter((line) => !other.includes(line)).map((line) => `${what}: - ${line}`),
    ...other.filter((line) => !real.includes(line)).map((line) => `${what}: + ${line}`),
  ];
}

/** Pods of one owner are alike: it does not matter which of them went through what. */
function comparePods(real: PodHistory[], other: PodHistory[], toleranceMs: number): string[] {
  const owners = [...new Set([...real, ...other].map(({ of }) => of))];
  return owners.flatMap((of) => {
    const mine = (all: PodHistory[]) =>
      all.filter((one) => one.of === of).sort((a, b) => wayOf(a).localeCompare(wayOf(b)) || lastsOf(a) - lastsOf(b));
    const [expected, found] = [mine(real), mine(other)];
    const ways = differing(`Pods of ${of}`, counted(expected), counted(found));
    if (ways.length > 0) return ways;
    return expected.flatMap((history, index) => compareTimes(history, found[index] ?? history, toleranceMs));
  });
}

const wayOf = ({ states }: PodHistory): string => states.map(({ state }) => state).join(' -> ');
const lastsOf = ({ states }: PodHistory): number => (states.at(-1)?.atMs ?? 0) - (states[0]?.atMs ?? 0);

/** Each way once, with how many Pods went it. */
function counted(histories: PodHistory[]): string[] {
  const counts = new Map<string, number>();
  for (const history of histories) counts.set(wayOf(history), (counts.get(wayOf(history)) ?? 0) + 1);
  return [...counts].map(([way, count]) => `${count} x ${way}`);
}

/** Whether each state lasted as long in both. */
function compareTimes(real: PodHistory, other: PodHistory, toleranceMs: number): string[] {
  return real.states.slice(0, -1).flatMap(({ state }, index) => {
    const lasted = ({ states }: PodHistory): number => (states[index + 1]?.atMs ?? 0) - (states[index]?.atMs ?? 0);
    const [realMs, otherMs] = [lasted(real), lasted(other)];
    if (Math.abs(realMs - otherMs) <= toleranceMs) return [];
    return [`times of ${real.of}: '${state}' lasted ${realMs} ms, here ${otherMs} ms (tolerance ${toleranceMs} ms)`];
  });
}
