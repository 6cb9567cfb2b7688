import { wholeLines } from '../whole-lines.ts';
import { askFromHere } from './ask-service.ts';
import type { FromAsker, ToAsker } from './asker-message.ts';

/** Main of what asks in a Pod: asks Services as it is told by its stdin, and says what came by its stdout. Ends with its stdin. */
const ended = new AbortController();

await wholeLines(process.stdin, (line) => {
  const { id, address, ask } = JSON.parse(line) as ToAsker;
  askFromHere(address, ask, ended.signal).then(
    (answer) => say({ id, answer }),
    (error: Error) => say({ id, error: error.message }),
  );
});
ended.abort();

function say(message: FromAsker): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
