/** One line of JSON, as Toxiproxy writes them. */
export type Log = (level: 'info' | 'warn' | 'error', message: string, fields?: Record<string, unknown>) => void;

export const logToStdout: Log = (level, message, fields = {}) => {
  process.stdout.write(`${JSON.stringify({ level, ...fields, time: new Date().toISOString(), message })}\n`);
};
