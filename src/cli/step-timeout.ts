/** `--step-timeout`, for every verb that trains on compute threads. */
export const STEP_TIMEOUT_OPTION = [
  '--step-timeout <time>',
  'your time after which a step hangs and is run on another thread; 10m by default, or off',
] as const;
