/** Lets messages from threads come in. Virtual time stands still meanwhile. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
