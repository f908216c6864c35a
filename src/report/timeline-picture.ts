import { printable } from './printable.ts';
import { span } from './quantity.ts';
import type { UnpackedLane } from './reduction/packing.ts';
import { STATES } from './reduction/states.ts';
import { Shares, STATE_COUNT } from './timeline-shares.ts';
import { ticks } from './timeline-view.ts';

/** Waiting, receiving, computing, transmitting, offline: as on the page. */
const COLORS = ['#e8ecf0', '#009e73', '#0072b2', '#e69f00', '#b24680'];
const [INK, MUTED] = ['#16202b', '#5a6672'];
const [WIDTH, GUTTER, HEAD, FOOT, RIGHT] = [900, 84, 58, 30, 16];
const ROOM = 480;
const LANE_HEIGHT_MOST = 14;
const LANES_MOST = 120;
const COLUMNS = 800;
const NAME_HEIGHT = 11;
const TICKS = 8;

/**
 * The lanes of a run as a picture. Each column of a lane has the colour of what its actor mostly did then, waiting aside;
 * of many lanes, evenly spread ones are drawn.
 *
 * @param end virtual time of the last event [s]
 */
export function timelinePicture(title: string, all: readonly UnpackedLane[], end: number): string {
  const stride = Math.ceil(all.length / LANES_MOST);
  const lanes = all.filter((_lane, index) => index % stride === 0);
  const laneHeight = Math.min(LANE_HEIGHT_MOST, ROOM / Math.max(1, lanes.length));
  const height = HEAD + lanes.length * laneHeight + FOOT;
  const left = all.length > lanes.length ? `, ${lanes.length} of ${all.length} lanes` : '';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${round(height)}" viewBox="0 0 ${WIDTH} ${round(height)}" font-family="sans-serif">`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    `<text x="${GUTTER}" y="20" font-size="14" font-weight="600" fill="${INK}">${escaped(title + left)}</text>`,
    ...legend(),
    ...bars(lanes, { end, laneHeight }),
    ...axis(end, height),
    ...names(lanes, laneHeight),
    '</svg>\n',
  ].join('\n');
}

/** One path for each state, in strokes as high as a lane. */
function bars(
  lanes: readonly UnpackedLane[],
  { end, laneHeight }: { readonly end: number; readonly laneHeight: number },
): string[] {
  const paths = STATES.map(() => '');
  const scale = (WIDTH - GUTTER - RIGHT) / COLUMNS;
  lanes.forEach((lane, index) => {
    const y = round(HEAD + (index + 0.5) * laneHeight);
    paths[0] += `M${GUTTER} ${y}H${WIDTH - RIGHT}`;
    for (const { state, from, until } of runsOf(lane, end)) {
      if (state > 0) paths[state] += `M${round(GUTTER + from * scale)} ${y}h${round((until - from) * scale)}`;
    }
  });
  const high = round(laneHeight * 0.86);
  return paths.flatMap((path, state) =>
    path === '' ? [] : [`<path d="${path}" stroke="${COLORS[state]}" stroke-width="${high}" fill="none"/>`],
  );
}

/** Share of a column that a state must have to be seen in it. */
const VISIBLE = 0.1;

/** Neighbouring columns of one state, together. */
function runsOf(lane: UnpackedLane, end: number): { state: number; from: number; until: number }[] {
  const shares = new Shares(COLUMNS);
  shares.add(lane, 0, end || 1);
  shares.finish();
  const runs: { state: number; from: number; until: number }[] = [];
  for (let column = 0; column < COLUMNS; column++) {
    let [state, most] = [0, VISIBLE];
    for (let each = 1; each < STATE_COUNT; each++) {
      const share = shares.sums[column * STATE_COUNT + each] as number;
      if (share > most) [state, most] = [each, share];
    }
    const last = runs.at(-1);
    if (last?.state === state) last.until = column + 1;
    else runs.push({ state, from: column, until: column + 1 });
  }
  return runs;
}

function axis(end: number, height: number): string[] {
  return ticks(0, end, TICKS).map((at) => {
    const x = round(GUTTER + (at / (end || 1)) * (WIDTH - GUTTER - RIGHT));
    const line = `<path d="M${x} ${HEAD}V${round(height - FOOT + 5)}" stroke="#000000" stroke-opacity="0.13"/>`;
    return `${line}<text x="${x}" y="${round(height - 9)}" font-size="11" fill="${MUTED}" text-anchor="middle">${span(at)}</text>`;
  });
}

function names(lanes: readonly UnpackedLane[], laneHeight: number): string[] {
  const stride = Math.ceil(NAME_HEIGHT / laneHeight);
  return lanes.flatMap(({ name }, index) =>
    index % stride === 0
      ? [
          `<text x="${GUTTER - 8}" y="${round(HEAD + (index + 0.5) * laneHeight + 3.5)}" font-size="10" fill="${INK}" text-anchor="end">${escaped(name)}</text>`,
        ]
      : [],
  );
}

const legend = (): string[] =>
  STATES.map((name, state) => {
    const x = GUTTER + state * 110;
    return `<rect x="${x}" y="33" width="11" height="11" rx="2" fill="${COLORS[state]}"/><text x="${x + 17}" y="43" font-size="11" fill="${MUTED}">${name}</text>`;
  });

const round = (value: number): number => Math.round(value * 10) / 10;
const escaped = (text: string): string => printable(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;');
