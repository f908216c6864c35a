import type { Unpacked } from '../reduction/packing.ts';
import { airSection } from './air.ts';
import { channelSection } from './channel.ts';
import { decode } from './decode.ts';
import { participationSection, radioSection } from './distributions.ts';
import { h } from './dom.ts';
import { learningSection, type Section } from './learning.ts';
import { listen } from './live.ts';
import { overview } from './overview.ts';
import { roundsSection } from './rounds.ts';
import { named, type Run } from './runs.ts';
import { scenarioSection } from './scenario.ts';
import { onThemeChange } from './theme.ts';
import { timelineSection } from './timeline.ts';

const isLive = document.documentElement.dataset.live !== undefined;
const top = overview(isLive);
const sections: readonly Section[] = [
  ...[learningSection(), timelineSection(), roundsSection(), channelSection(), radioSection()],
  ...[airSection(), participationSection(), scenarioSection()],
];

let shown: readonly Run[] = [];
const draw = (): void => {
  for (const section of sections) section.update(shown);
};
// Colours of series are part of what sections say to their charts.
onThemeChange(draw);

function show(all: readonly Unpacked[]): void {
  shown = named(all);
  top.update(shown);
  draw();
  document.body.dataset.shown = String(all.length);
}

document
  .getElementById('page')
  ?.append(
    h('a', { class: 'skip', href: '#timeline' }, 'Skip to the timeline'),
    top.element,
    h('main', {}, ...sections.map(({ element }) => element)),
    h('footer', {}, h('p', {}, 'Made by fadelab. Everything on this page is in the page: it needs no network.')),
  );

if (isLive) listen((run) => show([run]), top.say);
else {
  const texts = (document.getElementById('runs')?.textContent ?? '').split('\n').filter((each) => each.trim() !== '');
  void Promise.all(texts.map(decode)).then(show);
}
