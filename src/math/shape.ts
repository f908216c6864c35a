/** Numbers in an array of these sizes; 1 of none, which is a scalar. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, each) => product * each, 1);
