import type { Unpacked } from '../reduction/packing.ts';
import { decode } from './decode.ts';

/** Takes in the run as it goes on; the browser connects again by itself where the line breaks. */
export function listen(
  show: (run: Unpacked) => void,
  say: (text: string, kind: 'live' | 'over' | 'lost') => void,
): void {
  const source = new EventSource('events');
  let [newest, shown, isOver] = [0, 0, false];
  source.addEventListener('run', ({ data: text }: MessageEvent<string>) => {
    const own = ++newest;
    void decode(text).then((run) => {
      // Decoding may overtake itself.
      if (own < shown) return;
      shown = own;
      show(run);
      if (!isOver) say('The run goes on; this page follows it.', 'live');
    });
  });
  source.addEventListener('over', ({ data: words }: MessageEvent<string>) => {
    isOver = true;
    source.close();
    say(words, 'over');
  });
  source.addEventListener('error', () => {
    if (source.readyState !== EventSource.OPEN)
      say('The run is no longer there to be heard; this is what it had sent.', 'lost');
  });
}
