#!/usr/bin/env node
import { fadelab } from './program.ts';
import { tuneEngine } from './tuning.ts';

// A reader that has seen enough, such as head or less, closes the pipe: that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
// Nobody reads what is said on the way; the run goes on.
process.stderr.on('error', () => {});
tuneEngine();
process.exitCode = await fadelab(process.argv.slice(2));
