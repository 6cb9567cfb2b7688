import { pino } from 'pino';

/** Structured logs on stdout, a line of JSON each. */
export const makeLog = (service: string, level: string) =>
  pino({ level, base: { service }, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: (label) => ({ level: label }) } });
export type Log = ReturnType<typeof makeLog>;
