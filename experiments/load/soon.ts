import { LabError } from '../engine/lab-error.ts';

/** What is awaited, where it comes within so long; else rejects with a LabError that says `tooLate`. */
export async function soon<T>(awaited: Promise<T>, withinMs: number, tooLate: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new LabError(tooLate)), withinMs);
  });
  try {
    return await Promise.race([awaited, late]);
  } finally {
    clearTimeout(timer);
  }
}
