/** For tests: every field that some answer of the shop has; a test looks at those of the answer that it expects. */
export interface AnsweredBody {
  id: string;
  seq: number;
  orderId: string;
  status: string;
  reason: string;
  quantity: number;
  stock: number;
  correlationId: string;
  delivery: { id?: string; status: string };
  components: Record<string, string>;
  title: string;
  problems: { field: string; message: string }[];
}

/** An answer that was read to its end. */
export interface Answer<T = AnsweredBody> {
  status: number;
  headers: Headers;
  body: T;
}

/** Asks, and reads JSON where it is JSON, else text. A `body` other than text is sent as JSON. */
export async function ask<T = AnsweredBody>(
  method: string,
  url: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer<T>> {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, body: (isJson ? JSON.parse(text) : text) as T };
}
