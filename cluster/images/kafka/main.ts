import { startBroker } from './broker/broker.ts';
import { readSettings } from './settings.ts';

/** What `apache/kafka` runs as on a machine without images. */
const log = (line: string): void => {
  process.stdout.write(`[${new Date().toISOString()}] ${line}\n`);
};

try {
  const { options, unknown } = readSettings(process.env);
  if (unknown.length > 0) log(`WARN settings that this broker does not know: ${unknown.join(', ')}`);
  const broker = await startBroker({ ...options, log: (line) => log(`INFO ${line}`) });
  log(`INFO Kafka Server started on ${broker.address}, logs in ${options.dataDir}`);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      log(`INFO ${signal}: stopping`);
      void broker.stop().then(() => process.exit(signal === 'SIGTERM' ? 143 : 130));
    });
  }
} catch (error) {
  log(`FATAL ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
