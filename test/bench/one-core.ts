import { spawnSync } from 'node:child_process';

/** Linux has it; without it, nothing is known of one core. */
export const canPin = spawnSync('taskset', ['--version']).status === 0;

/** A command that is kept on one core, with all threads that its program may have. */
export const onOneCore = (command: readonly string[]): readonly string[] => ['taskset', '-c', '0', ...command];
