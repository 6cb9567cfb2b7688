import { Args, Flags } from '@oclif/core';
import type { LoadSummary } from '../../experiments/load/load-summary.ts';
import { BaseCommand } from '../base-command.ts';
import { executors } from '../load/load-words.ts';

export default class Load extends BaseCommand {
  static override summary = 'Send load to a URL, and say with intervals what came of it.';
  static override description =
    `Flags are k6's, or siege's. With --rate requests are due at their times whatever becomes of those before, and latency counts from then; --vus are users who send their next request when the one before is answered.
With siege's -c, -t, -r, -d or -b it is siege's load: each request on a connection of its own, and siege's summary.
Redirects are not followed: they are answers. Ctrl-C ends the load and tells what was seen.

URL, --body and the values of rows may have placeholders: {{uuid}}, {{randomInt}}, {{randomInt 1 3}}, {{index}} (of the request), {{csv.COLUMN}} (of --csv); the same for the same --seed.

Exit code: 0 the thresholds held (or none was set), 2 bad usage, 3 nothing was measured, or not by the load that was asked for, 4 a threshold did not hold, 130 interrupted.`;
  static override examples = [
    {
      description: '100 requests a second for half a minute; 95 % have to be answered within 300 ms',
      command: "<%= config.bin %> <%= command.id %> http://localhost:8081/orders --rate 100 --duration 30s --threshold 'p(95)<300'",
    },
    {
      description: 'Twenty users who order, products drawn at random',
      command: `<%= config.bin %> <%= command.id %> localhost:8081/orders --vus 20 --duration 10s --body '{"productId": {{randomInt 1 3}}, "quantity": 1, "customerId": "{{uuid}}"}'`,
    },
    {
      description: 'More and more, to see where it breaks',
      command:
        '<%= config.bin %> <%= command.id %> localhost:8083/products/1 --start-rate 10 --stage 30s:500 --threshold http_req_failed:rate<0.01',
    },
    {
      description: 'The same as a script for k6',
      command: '<%= config.bin %> <%= command.id %> localhost:8083/products/1 --rate 100 --duration 30s --print-k6 > load.js',
    },
    {
      description: "As siege has it: two users for ten seconds, a line for each request, siege's summary",
      command: `<%= config.bin %> <%= command.id %> -c2 -t10S -v --content-type "application/json" 'http://localhost:8081/orders POST {"productId": 1, "quantity": 1}'`,
    },
  ];
  static override strict = false;
  static override args = {
    url: Args.string({
      description: "Where to; as siege has it also with method and body behind it: 'URL POST {…}', 'URL POST <file'.",
      required: true,
    }),
  };
  static override flags = {
    executor: Flags.string({
      summary: "How it goes: k6's executors of these names.",
      description: 'Without it the one that the other flags are of.',
      options: [...executors],
      helpValue: 'NAME',
    }),
    rate: Flags.integer({ summary: 'Requests a second, or in a --time-unit (open model).', min: 1, max: 1_000_000 }),
    'start-rate': Flags.integer({ summary: 'The rate that a ramp of arrivals begins with.', min: 0, max: 1_000_000 }),
    'time-unit': Flags.string({ summary: 'What rates count by; 1s if absent.', helpValue: 'TIME' }),
    vus: Flags.integer({ summary: 'Users who send one request after the other (closed model); 1 if absent.', min: 1, max: 100_000 }),
    'max-vus': Flags.integer({
      summary: 'With a rate: requests in flight at once; those due beyond that are not sent. As many as it takes, if absent.',
      min: 1,
      max: 1_000_000,
    }),
    duration: Flags.string({ summary: 'How long requests are sent; 10s if absent.', helpValue: 'TIME' }),
    stage: Flags.string({
      summary: 'TIME:TARGET, a rate or a number of VUs that is reached after so long, in a straight line. May be given several times.',
      multiple: true,
      helpValue: '30s:100',
    }),
    'warm-up': Flags.string({ summary: 'So long the load goes on before it counts.', default: '0s', helpValue: 'TIME' }),
    'graceful-stop': Flags.string({ summary: 'How long answers are waited for at the end.', default: '30s', helpValue: 'TIME' }),
    threshold: Flags.string({
      summary:
        "What has to hold, in k6's words: 'p(95)<300', 'http_req_failed:rate<0.01', 'http_reqs:rate>90'. May be given several times.",
      multiple: true,
      helpValue: 'EXPRESSION',
    }),
    method: Flags.string({ summary: 'GET if absent, POST with a body.', helpValue: 'METHOD' }),
    body: Flags.string({ summary: 'What is sent; @FILE: what is in that file.', helpValue: 'TEXT' }),
    header: Flags.string({ char: 'H', summary: "'Name: value'. May be given several times.", multiple: true, helpValue: 'HEADER' }),
    'content-type': Flags.string({ char: 'T', summary: 'Of the body; application/json if absent.', helpValue: 'TYPE' }),
    expect: Flags.string({ summary: 'Statuses that count as success, for example 200,201; 200 to 399 if absent.', helpValue: 'STATUS' }),
    timeout: Flags.string({ summary: 'A request that is not answered by then has failed.', default: '10s', helpValue: 'TIME' }),
    'no-connection-reuse': Flags.boolean({ summary: 'Each request on a connection of its own.' }),
    csv: Flags.string({ summary: 'A CSV file whose first line names the columns; its rows are taken in turn.', helpValue: 'FILE' }),
    seed: Flags.integer({ summary: 'Seed of all that is drawn. Without it one is drawn and told.', min: 0, max: 2 ** 31 - 1 }),
    workers: Flags.integer({ summary: 'Processes that share the load; by the rate, if absent.', min: 1, max: 64 }),
    'max-lateness': Flags.string({
      summary: 'How late requests may leave (p99) before it is another load.',
      default: '100ms',
      helpValue: 'TIME',
    }),
    'print-k6': Flags.boolean({ summary: 'Send nothing; print the same load as a script for k6.' }),
    concurrent: Flags.integer({ char: 'c', summary: "Users; siege's.", min: 1, max: 100_000, helpGroup: 'SIEGE', helpValue: 'N' }),
    time: Flags.string({ char: 't', summary: 'How long: 10S, 5M, 1H.', helpGroup: 'SIEGE', helpValue: 'TIME' }),
    reps: Flags.string({ char: 'r', summary: 'Requests of each user.', helpGroup: 'SIEGE', helpValue: 'N' }),
    delay: Flags.string({ char: 'd', summary: 'Each user pauses for up to so many seconds.', helpGroup: 'SIEGE', helpValue: 'SECONDS' }),
    benchmark: Flags.boolean({ char: 'b', summary: 'No pauses.', helpGroup: 'SIEGE' }),
    verbose: Flags.boolean({ char: 'v', summary: 'A line for each request.', helpGroup: 'SIEGE' }),
    'user-agent': Flags.string({ char: 'A', summary: 'Header of that name.', helpGroup: 'SIEGE', helpValue: 'TEXT' }),
  };

  async run(): Promise<LoadSummary | { script: string }> {
    const { argv, flags } = await this.parse(Load);
    const [{ planLoad }, { sendLoad }, { exitCodes }, { renderLoad }] = await Promise.all([
      import('../load/plan-load.ts'),
      import('../load/send-load.ts'),
      import('../exit-code.ts'),
      import('../load/load-text.ts'),
    ]);
    const plan = planLoad(argv.map(String).join(' '), flags);
    if (flags['print-k6']) {
      const { k6Script } = await import('../../experiments/load/k6/k6-script.ts');
      const script = k6Script({ ...plan, origin: plan.target.origin });
      this.log(script.trimEnd());
      return { script };
    }
    const { live, colourOut: colour, columns: width } = this.surroundings;
    const { summary, siege } = await sendLoad(plan, { live, log: (line) => this.log(line) });
    this.log(siege ?? renderLoad(summary, { colour, width }));
    process.exitCode = summary.interrupted === null ? exitCodes[summary.outcome] : exitCodes.interrupted;
    return summary;
  }
}
