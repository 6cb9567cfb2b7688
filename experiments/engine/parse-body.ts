/** The body of an answer: what its JSON says; not everything is JSON, and what is not is told as it came. */
export function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
