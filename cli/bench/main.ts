import { broker } from './broker.ts';
import { keepsGoal, line, machine } from './figures.ts';
import { load } from './load.ts';
import { platforms } from './platforms.ts';
import { shop } from './shop.ts';
import { version } from './version.ts';

/** `npm run bench`: figures of this machine, now; exit code 1 where one misses its goal. What is held against each other was measured in turn in this run. */
const rounds = 5;
console.log(`shoplab bench on ${machine()}\nminimum / median / maximum of the rounds; paired figures were taken in turn\n`);
for (const bench of [version, broker, load, shop, platforms]) {
  for (const figure of await bench(rounds)) {
    console.log(line(figure));
    // The rest is measured all the same.
    if (!keepsGoal(figure)) process.exitCode = 1;
  }
}
