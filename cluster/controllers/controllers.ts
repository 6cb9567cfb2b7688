export const startControllers = (..._all: unknown[]) => ({ stop(): void {} });
