import { Flags } from '@oclif/core';
import { BaseCommand } from '../base-command.ts';

export default class Broker extends BaseCommand {
  static override summary = 'Run the Kafka broker alone, for anyone’s tests with a Kafka client.';
  static override description =
    `One broker that speaks Kafka's wire protocol: topics, idempotent and compressed produce, consumer groups, the admin client's calls. No transactions, one replica.
Its address is on stdout as soon as it can be connected to. Ctrl-C or SIGTERM ends it.`;
  static override enableJsonFlag = false;
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    { description: 'Any free port, and keep the logs', command: '<%= config.bin %> <%= command.id %> --port 0 --data-dir ./kafka-data' },
  ];
  static override flags = {
    port: Flags.integer({ summary: 'Port to listen on; 0 is any free one.', default: 9092, min: 0, max: 65_535 }),
    host: Flags.string({ summary: 'Address to listen on, and what clients are told to come back to.', default: '127.0.0.1' }),
    'data-dir': Flags.string({
      summary: 'Folder of the logs, continued where it is there. Without it they go with the broker.',
      helpValue: 'DIR',
    }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Broker);
    const { runBroker } = await import('../run-broker.ts');
    await runBroker(
      { host: flags.host, port: flags.port, dataDir: flags['data-dir'] },
      (line) => this.log(line),
      (line) => this.tell(line),
    );
  }
}
