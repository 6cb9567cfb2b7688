export const sleep = (seconds) => globalThis.__k6.sleep(seconds);
