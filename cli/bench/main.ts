import { broker } from './broker.ts';
import { line, machine } from './figures.ts';

const rounds = 5;
console.log(`shoplab bench on ${machine()}\nminimum / median / maximum of ${rounds} rounds; paired figures were taken in turn\n`);
for (const bench of [broker]) {
  for (const figure of await bench(rounds)) console.log(line(figure));
}
