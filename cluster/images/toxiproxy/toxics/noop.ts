import { interrupted, type Stub } from '../links/stub.ts';

/** Lets everything pass: what is in a toxic's place where its toxicity spares the connection. */
export async function pass(stub: Stub): Promise<void> {
  for (;;) {
    const chunk = await stub.receive();
    if (chunk === interrupted) return;
    if (chunk === null) return stub.close();
    await stub.send(chunk);
  }
}
