import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Registry } from '../api/registry.ts';
import type { LabNetwork } from '../network.ts';
import { type DnsRecord, readQuestion, recordType, responseCode, writeAnswer } from './dns-message.ts';
import { lookupName } from './service-names.ts';

export interface DnsServer {
  stop(): Promise<void>;
}

/**
 * Takes the DNS address of a network. Whoever has it, has the network's /16: the address is bound exclusively. Undefined where it is taken.
 */
export async function claimDnsAddress(network: LabNetwork): Promise<Socket | undefined> {
  const socket = createSocket({ type: 'udp4' });
  try {
    const bound = once(socket, 'listening');
    socket.bind({ address: network.dnsIP, port: network.dnsPort, exclusive: true });
    await bound;
    return socket;
  } catch (error) {
    socket.close();
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined;
    throw error;
  }
}

/** The answer to a DNS message, from the registry as it is now; undefined for what is no question. */
export function answerDns(registry: Registry, message: Buffer): Buffer | undefined {
  const question = readQuestion(message);
  if (!question) return undefined;
  const records = lookupName(registry, question.name);
  const asked = records?.filter((record: DnsRecord) => recordType[record.type] === question.type) ?? [];
  return writeAnswer(question, records ? responseCode.noError : responseCode.nameError, asked);
}

/** The cluster's DNS over UDP: answers names of Services from the registry as it is now; others it does not know. */
export function serveDns(socket: Socket, registry: Registry): DnsServer {
  socket.on('message', (message, from) => {
    const answer = answerDns(registry, message);
    if (answer) socket.send(answer, from.port, from.address);
  });
  return {
    stop: async () => {
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
}
