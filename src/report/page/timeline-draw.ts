import { power } from '../../math/power.ts';
import { span } from '../quantity.ts';
import type { UnpackedLane } from '../reduction/packing.ts';
import { Shares, STATE_COUNT } from '../timeline-shares.ts';
import { ticks, type View } from '../timeline-view.ts';
import { theme } from './theme.ts';

/** Where the lanes lie on the canvas [px]. */
export interface Place {
  readonly width: number;
  readonly height: number;
  /** Left of the lanes, for their names. */
  readonly gutter: number;
  /** Above the lanes, for the axis. */
  readonly head: number;
}

/** Height that a name takes [px]; where lanes are lower, every so many have theirs. */
const NAME_HEIGHT = 13;
const GAP_FROM = 4;
const TICK_GAP = 110;

/** Draws lanes and axis. Where several lanes or spans fall on one pixel, it shows the mean of their colours. */
export function drawTimeline(
  canvas: HTMLCanvasElement,
  lanes: readonly UnpackedLane[],
  view: View,
  { width, height, gutter, head }: Place,
): void {
  const ratio = Math.min(devicePixelRatio || 1, 2);
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== wide || canvas.height !== high) Object.assign(canvas, { width: wide, height: high });
  const context = canvas.getContext('2d');
  if (context === null) return;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, wide, high);
  const columns = wide - Math.round(gutter * ratio);
  const rows = high - Math.round(head * ratio);
  if (columns < 1 || rows < 1 || lanes.length === 0) return;
  const image = context.createImageData(columns, rows);
  paintLanes(new Uint32Array(image.data.buffer), { columns, rows, ratio }, lanes, view);
  context.putImageData(image, wide - columns, high - rows);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  drawAxis(context, view, { width, height, gutter, head });
  drawNames(context, lanes, view, { width, height, gutter, head });
}

interface Raster {
  readonly columns: number;
  readonly rows: number;
  readonly ratio: number;
}

function paintLanes(
  pixels: Uint32Array,
  { columns, rows, ratio }: Raster,
  lanes: readonly UnpackedLane[],
  view: View,
): void {
  const shares = new Shares(columns);
  const line = new Uint32Array(columns);
  const laneHeight = view.laneHeight * ratio;
  const compose = (first: number, last: number): void => {
    shares.clear();
    for (let lane = first; lane <= last; lane++) {
      const found = lanes[lane];
      if (found !== undefined) shares.add(found, view.from, view.until);
    }
    shares.finish();
    mix(shares.sums, line);
  };
  if (laneHeight < 2) {
    for (let row = 0; row < rows; row++) {
      const first = Math.floor(view.top + row / laneHeight);
      if (first >= lanes.length) return;
      compose(first, Math.min(lanes.length - 1, Math.max(first, Math.ceil(view.top + (row + 1) / laneHeight) - 1)));
      pixels.set(line, row * columns);
    }
    return;
  }
  const gap = view.laneHeight >= GAP_FROM ? Math.max(1, Math.round(ratio * Math.min(3, view.laneHeight * 0.15))) : 0;
  for (let lane = Math.floor(view.top); lane < lanes.length; lane++) {
    const upper = Math.round((lane - view.top) * laneHeight);
    const lower = Math.round((lane + 1 - view.top) * laneHeight) - gap;
    if (upper >= rows) return;
    compose(lane, lane);
    for (let row = Math.max(0, upper); row < Math.min(rows, lower); row++) pixels.set(line, row * columns);
  }
}

/** The colours of states, mixed by their shares; nothing where nothing is known. */
function mix(sums: Float64Array, line: Uint32Array): void {
  const { states } = theme();
  for (let column = 0; column < line.length; column++) {
    let [red, green, blue, total] = [0, 0, 0, 0];
    for (let state = 0; state < STATE_COUNT; state++) {
      const share = sums[column * STATE_COUNT + state] as number;
      if (share <= 0) continue;
      const color = states[state] as readonly [number, number, number];
      red += share * color[0];
      green += share * color[1];
      blue += share * color[2];
      total += share;
    }
    line[column] =
      total < 1e-9 ? 0 : (0xff000000 | ((blue / total) << 16) | ((green / total) << 8) | (red / total)) >>> 0;
  }
}

function drawAxis(context: CanvasRenderingContext2D, view: View, { width, height, gutter, head }: Place): void {
  const { muted, isDark } = theme();
  const room = width - gutter;
  const span_ = view.until - view.from;
  context.font = `11px ${getComputedStyle(document.body).fontFamily}`;
  context.textBaseline = 'alphabetic';
  context.textAlign = 'center';
  for (const at of ticks(view.from, view.until, room / TICK_GAP)) {
    const x = gutter + ((at - view.from) / span_) * room;
    context.fillStyle = isDark ? 'rgb(255 255 255 / 14%)' : 'rgb(0 0 0 / 12%)';
    context.fillRect(Math.round(x), head - 4, 1, height - head + 4);
    context.fillStyle = muted;
    const label = instant(at, span_);
    const half = context.measureText(label).width / 2;
    context.fillText(label, Math.min(width - half, Math.max(half, x)), head - 8);
  }
}

/** An instant with as many digits as its neighbours on the axis need. */
export function instant(at: number, across: number): string {
  if (at === 0) return '0 s';
  if (across >= 600) return span(at);
  const [factor, unit] = across < 2e-4 && at < 0.1 ? [1e6, 'µs'] : across < 0.2 && at < 10 ? [1e3, 'ms'] : [1, 's'];
  const digits = Math.max(0, Math.ceil(1 - Math.log10((across * factor) / 10)));
  return `${Number((at * factor).toFixed(Math.min(12, digits)))} ${unit}`;
}

function drawNames(context: CanvasRenderingContext2D, lanes: readonly UnpackedLane[], view: View, place: Place): void {
  const { height, gutter, head } = place;
  context.fillStyle = theme().ink;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  context.font = `${NAME_HEIGHT - 2}px ${getComputedStyle(document.body).fontFamily}`;
  context.save();
  context.beginPath();
  context.rect(0, head, gutter - 6, height - head);
  context.clip();
  const last = Math.min(lanes.length - 1, Math.ceil(view.top + (height - head) / view.laneHeight));
  const stride = strideOf(NAME_HEIGHT / view.laneHeight);
  for (let lane = Math.ceil(Math.floor(view.top) / stride) * stride; lane <= last; lane += stride) {
    const y = head + (lane + 0.5 - view.top) * view.laneHeight;
    context.fillText(lanes[lane]?.name ?? '', 0, y);
  }
  context.restore();
}

/** 1, 2, 5, 10, 20, … lanes from name to name. */
const strideOf = (least: number): number => {
  const decade = power(10, Math.floor(Math.log10(Math.max(1, least))));
  return ([1, 2, 5, 10].find((each) => each * decade >= least) ?? 10) * decade;
};

/** The shares of all lanes in all states over the whole time, stacked; the part in view stands out. */
export function drawOverview(
  canvas: HTMLCanvasElement,
  shares: Shares,
  lanes: number,
  window: { from: number; until: number },
): void {
  const context = canvas.getContext('2d');
  if (context === null || lanes === 0) return;
  const { width, height } = canvas;
  const { states, isDark } = theme();
  context.clearRect(0, 0, width, height);
  for (let column = 0; column < shares.columns; column++) {
    const x = (column / shares.columns) * width;
    let y = height;
    // Busy states from the ground up, waiting on top.
    for (const state of [2, 3, 1, 4, 0]) {
      const high = ((shares.sums[column * STATE_COUNT + state] as number) / lanes) * height;
      const [red, green, blue] = states[state] as readonly [number, number, number];
      context.fillStyle = `rgb(${red} ${green} ${blue})`;
      context.fillRect(x, y - high, width / shares.columns + 0.5, high);
      y -= high;
    }
  }
  const [left, right] = [window.from * width, window.until * width];
  context.fillStyle = isDark ? 'rgb(0 0 0 / 62%)' : 'rgb(255 255 255 / 72%)';
  context.fillRect(0, 0, left, height);
  context.fillRect(right, 0, width - right, height);
  context.strokeStyle = theme().ink;
  context.lineWidth = 2;
  context.strokeRect(left + 1, 1, Math.max(2, right - left - 2), height - 2);
}
