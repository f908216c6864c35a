import { power } from '../../math/power.ts';
import { count, span } from '../quantity.ts';
import { MIXED, type UnpackedLane } from '../reduction/packing.ts';
import { firstAt, Shares, STATE_COUNT } from '../timeline-shares.ts';
import { between, bounded, type Extent, type View, whole } from '../timeline-view.ts';
import { h } from './dom.ts';
import type { Run } from './runs.ts';
import { onThemeChange, stateNames, wantsLessMotion } from './theme.ts';
import { drawOverview, drawTimeline, instant, type Place } from './timeline-draw.ts';
import { type Steered, steerByKeys, steerByPointer, stretchBy, zoomBy } from './timeline-input.ts';
import { chosenLanes, controls, stateLegend, timeTable } from './timeline-parts.ts';

const HEAD = 26;
const OVERVIEW_COLUMNS = 600;
const FRAMES = 10;

/** One lane per actor: what each was at, at any scale. */
export function timelineSection() {
  const stage = new Stage();
  const table = timeTable();
  const panel = controls(() => redo());
  let runs: readonly Run[] = [];
  const redo = (): void => {
    const run = runs.find(({ label }) => label === panel.run()) ?? runs[0];
    if (run === undefined) return;
    element.hidden = run.lanes.length === 0;
    stage.show(chosenLanes(run.lanes, panel.filter(), panel.order()), run.record.now);
    table.update(run.record);
  };
  panel.onZoom((factor) => zoomBy(stage, factor));
  panel.onStretch((factor) => stretchBy(stage, factor));
  panel.onFit(() => stage.showAll());
  const element = h(
    'section',
    { id: 'timeline', 'aria-labelledby': 'timeline-title' },
    h('div', { class: 'section-head' }, h('h2', { id: 'timeline-title' }, 'Timeline'), stateLegend()),
    h(
      'div',
      { class: 'card wide' },
      panel.element,
      ...stage.elements,
      h('p', { class: 'sentence', id: 'timeline-keys' }, KEYS),
      table.element,
    ),
  );
  return {
    element,
    update(all: readonly Run[]) {
      runs = all;
      panel.offer(all.map(({ label }) => label));
      redo();
    },
  };
}

/** The lanes on their canvas, and the strip of all time above it. */
class Stage implements Steered {
  readonly #canvas = h('canvas', {
    ...{ class: 'lanes', tabindex: 0, role: 'application', 'aria-label': 'Timeline of all actors' },
    ...{ 'aria-describedby': 'timeline-keys timeline-range' },
  });
  readonly #strip = h('canvas', {
    ...{ class: 'overview-strip', width: 2 * OVERVIEW_COLUMNS, height: 88, 'aria-hidden': 'true' },
  });
  readonly #range = h('p', { class: 'range', id: 'timeline-range', 'aria-live': 'polite' });
  readonly #tip = h('div', { class: 'tip', hidden: true, 'aria-hidden': 'true' });
  #lanes: readonly UnpackedLane[] = [];
  #end = 0;
  #totals = new Shares(OVERVIEW_COLUMNS);
  #view: View = { from: 0, until: 1, top: 0, laneHeight: 1 };
  #isWhole = true;
  #motion = 0;
  #isDue = false;

  constructor() {
    steerByPointer(this.#canvas, this);
    steerByKeys(this.#canvas, this);
    steerOverview(this.#strip, (share) => {
      const half = (this.#view.until - this.#view.from) / 2;
      this.look({ ...this.#view, from: share * this.#end - half, until: share * this.#end + half });
    });
    new ResizeObserver(() => this.#settle()).observe(this.#canvas);
    onThemeChange(() => this.#drawSoon());
  }

  get elements(): readonly HTMLElement[] {
    return [this.#strip, h('div', { class: 'stage' }, this.#canvas, this.#tip), this.#range];
  }

  /** Shows other lanes, or the same ones after more has happened. A view of everything stays one. */
  show(lanes: readonly UnpackedLane[], end: number): void {
    this.#lanes = lanes;
    this.#end = end;
    this.#totals = new Shares(OVERVIEW_COLUMNS);
    for (const lane of lanes) this.#totals.add(lane, 0, end || 1);
    this.#totals.finish();
    this.#canvas.style.setProperty('--lanes', String(Math.min(lanes.length, 60)));
    this.#settle();
  }

  view(): View {
    return this.#view;
  }

  locate(x: number, y: number) {
    const { width, gutter } = this.#place();
    const share = (x - gutter) / Math.max(1, width - gutter);
    return { at: this.#view.from + share * (this.#view.until - this.#view.from), y: y - HEAD };
  }

  room() {
    const { width, height, gutter } = this.#place();
    return { width: Math.max(1, width - gutter), height: Math.max(1, height - HEAD) };
  }

  look(to: View, how?: 'smooth'): void {
    const target = bounded(to, this.#extent());
    const least = whole(this.#extent());
    this.#isWhole = target.until - target.from >= this.#end && target.laneHeight <= least.laneHeight * 1.0001;
    this.#motion++;
    if (how !== 'smooth' || wantsLessMotion()) {
      this.#view = target;
      this.#drawSoon();
    } else this.#glide(this.#view, target, this.#motion, 1);
  }

  showAll(): void {
    this.look(whole(this.#extent()), 'smooth');
  }

  hover(at: { readonly x: number; readonly y: number } | undefined): void {
    const lane = at && this.#laneAt(at);
    this.#tip.hidden = lane === undefined;
    if (at === undefined || lane === undefined) return;
    this.#tip.textContent = sayLane(lane, this.locate(at.x, at.y).at, this.#view);
    const room = (this.#tip.parentElement?.clientWidth ?? 0) - this.#tip.offsetWidth - 4;
    const down = Math.min(at.y + 16, this.#place().height - this.#tip.offsetHeight - 2);
    this.#tip.style.transform = `translate(${Math.max(0, Math.min(at.x + 14, room))}px, ${down}px)`;
  }

  #laneAt({ x, y }: { readonly x: number; readonly y: number }): UnpackedLane | undefined {
    if (y < HEAD || x < this.#place().gutter) return undefined;
    return this.#lanes[Math.floor(this.#view.top + (y - HEAD) / this.#view.laneHeight)];
  }

  #place(): Place {
    const { width, height } = this.#canvas.getBoundingClientRect();
    return { width, height, gutter: width < 560 ? 66 : 92, head: HEAD };
  }

  #extent(): Extent {
    return { end: this.#end, lanes: this.#lanes.length, height: this.#place().height - HEAD };
  }

  #settle(): void {
    this.#view = this.#isWhole ? whole(this.#extent()) : bounded(this.#view, this.#extent());
    this.#drawSoon();
  }

  #drawSoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      this.#draw();
    });
  }

  #draw(): void {
    const { from, until } = this.#view;
    const end = this.#end || 1;
    this.#strip.style.setProperty('--gutter', `${this.#place().gutter}px`);
    drawTimeline(this.#canvas, this.#lanes, this.#view, this.#place());
    drawOverview(this.#strip, this.#totals, this.#lanes.length, { from: from / end, until: until / end });
    const said = sayRange(this.#view, this.#lanes, this.#extent());
    if (this.#range.textContent !== said) this.#range.textContent = said;
  }

  /** A few frames from one view to the next; a later motion takes over. */
  #glide(from: View, to: View, own: number, frame: number): void {
    if (own !== this.#motion) return;
    const share = 1 - power(1 - frame / FRAMES, 3);
    this.#view = frame >= FRAMES ? to : bounded(between(from, to, share), this.#extent());
    this.#draw();
    if (frame < FRAMES) requestAnimationFrame(() => this.#glide(from, to, own, frame + 1));
  }
}

const KEYS =
  'Drag to move; Ctrl or ⌘ with the wheel, a pinch, or a double click zooms. With keys: arrows move, + and − zoom, [ and ] change the height of lanes, 0 shows all.';

function sayRange(view: View, lanes: readonly UnpackedLane[], { end, height }: Extent): string {
  const first = Math.floor(view.top);
  const last = Math.min(lanes.length, Math.ceil(view.top + height / view.laneHeight));
  const across = view.until - view.from;
  const time = `${instant(view.from, across)} to ${instant(view.until, across)} of ${span(end)}`;
  if (lanes.length === 0) return 'No lane has such a name.';
  return `Shown: ${time}; ${lanes[first]?.name ?? ''} to ${lanes[last - 1]?.name ?? ''}, ${count(last - first)} of ${count(lanes.length)} lanes.`;
}

function sayLane(lane: UnpackedLane, at: number, view: View): string {
  const k = firstAt(lane.starts, at);
  const [from = 0, until = 0] = [lane.starts[k], lane.starts[k + 1]];
  const across = view.until - view.from;
  return `${lane.name} · ${sayState(lane, k)}\n${instant(from, across)} – ${instant(until, across)} (${span(until - from)})`;
}

function sayState({ kinds, shares }: UnpackedLane, k: number): string {
  if (kinds[k] !== MIXED || shares === undefined) return stateNames[kinds[k] as number] ?? '';
  const parts = stateNames.flatMap((name, state) => {
    const share = (shares[k * STATE_COUNT + state] as number) / MIXED;
    return share > 0 ? [`${name} ${Math.round(share * 100)} %`] : [];
  });
  return parts.join(', ');
}

/** The strip above the lanes moves the view to where it is pressed or dragged. */
function steerOverview(strip: HTMLElement, centre: (share: number) => void): void {
  const go = (event: PointerEvent): void => {
    const box = strip.getBoundingClientRect();
    centre((event.clientX - box.left) / box.width);
  };
  strip.addEventListener('pointerdown', (event) => {
    strip.setPointerCapture(event.pointerId);
    go(event);
  });
  strip.addEventListener('pointermove', (event) => {
    if (event.buttons > 0) go(event);
  });
}
