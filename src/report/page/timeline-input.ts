import { moved, stretched, type View, zoomed } from '../timeline-view.ts';

/** What gestures and keys need to know of the timeline they act on. */
export interface Steered {
  view(): View;
  /** Instant [s] and height within the lanes [px] under a place of the canvas [px]. */
  locate(x: number, y: number): { readonly at: number; readonly y: number };
  /** Width and height of the lanes [px]. */
  room(): { readonly width: number; readonly height: number };
  look(view: View, motion?: 'smooth'): void;
  showAll(): void;
  hover(place: { readonly x: number; readonly y: number } | undefined): void;
}

const ZOOM_STEP = 1.6;
const PAN_STEP = 0.15;

/** Pan by dragging, zoom by pinching, by a wheel with Ctrl or ⌘, or by a double click. */
export function steerByPointer(canvas: HTMLElement, steered: Steered): void {
  const pointers = new Map<number, { x: number; y: number }>();
  const placeOf = (event: MouseEvent) => {
    const box = canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  canvas.addEventListener('pointerdown', (event) => {
    canvas.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, placeOf(event));
  });
  canvas.addEventListener('pointermove', (event) => {
    const to = placeOf(event);
    const from = pointers.get(event.pointerId);
    if (from === undefined) {
      steered.hover(to);
      return;
    }
    steered.hover(undefined);
    pointers.set(event.pointerId, to);
    const { width } = steered.room();
    const [other] = [...pointers].flatMap(([id, each]) => (id === event.pointerId ? [] : [each]));
    if (other === undefined) {
      const lanes = event.pointerType === 'touch' ? 0 : (from.y - to.y) / steered.view().laneHeight;
      steered.look(moved(steered.view(), (from.x - to.x) / width, lanes));
    } else {
      const distance = (each: { x: number; y: number }) => Math.max(12, Math.hypot(each.x - other.x, each.y - other.y));
      steered.look(zoomed(steered.view(), distance(to) / distance(from), steered.locate((to.x + other.x) / 2, 0).at));
    }
  });
  for (const kind of ['pointerup', 'pointercancel'] as const) {
    canvas.addEventListener(kind, (event) => pointers.delete(event.pointerId));
  }
  canvas.addEventListener('pointerleave', () => steered.hover(undefined));
  canvas.addEventListener(
    'wheel',
    (event) => {
      const { x, y } = placeOf(event);
      const { at, y: down } = steered.locate(x, y);
      // Without a key the page scrolls, as everywhere else.
      if (event.ctrlKey || event.metaKey) steered.look(zoomed(steered.view(), Math.exp(-event.deltaY / 300), at));
      else if (event.altKey) steered.look(stretched(steered.view(), Math.exp(-event.deltaY / 300), down));
      else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        steered.look(moved(steered.view(), (event.deltaX || event.deltaY) / steered.room().width, 0));
      } else return;
      event.preventDefault();
    },
    { passive: false },
  );
  canvas.addEventListener('dblclick', (event) => {
    const { x, y } = placeOf(event);
    steered.look(zoomed(steered.view(), event.shiftKey ? 0.25 : 4, steered.locate(x, y).at), 'smooth');
  });
}

/** Keys do all that a pointer can. */
export function steerByKeys(canvas: HTMLElement, steered: Steered): void {
  canvas.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const action = ACTIONS[event.key];
    if (action === undefined) return;
    event.preventDefault();
    action(steered);
  });
}

export const zoomBy = (steered: Steered, factor: number): void => {
  const { from, until } = steered.view();
  steered.look(zoomed(steered.view(), factor, (from + until) / 2), 'smooth');
};

export const stretchBy = (steered: Steered, factor: number): void =>
  steered.look(stretched(steered.view(), factor, steered.room().height / 2), 'smooth');

const moveBy = (steered: Steered, share: number, lanes: number): void =>
  steered.look(moved(steered.view(), share, lanes), 'smooth');
const pageOf = (steered: Steered): number => (0.9 * steered.room().height) / steered.view().laneHeight;
const lineOf = (steered: Steered): number => Math.max(1, 20 / steered.view().laneHeight);

const ACTIONS: Readonly<Record<string, (steered: Steered) => void>> = {
  ArrowLeft: (steered) => moveBy(steered, -PAN_STEP, 0),
  ArrowRight: (steered) => moveBy(steered, PAN_STEP, 0),
  ArrowUp: (steered) => moveBy(steered, 0, -lineOf(steered)),
  ArrowDown: (steered) => moveBy(steered, 0, lineOf(steered)),
  PageUp: (steered) => moveBy(steered, 0, -pageOf(steered)),
  PageDown: (steered) => moveBy(steered, 0, pageOf(steered)),
  '+': (steered) => zoomBy(steered, ZOOM_STEP),
  '=': (steered) => zoomBy(steered, ZOOM_STEP),
  '-': (steered) => zoomBy(steered, 1 / ZOOM_STEP),
  ']': (steered) => stretchBy(steered, ZOOM_STEP),
  '[': (steered) => stretchBy(steered, 1 / ZOOM_STEP),
  '0': (steered) => steered.showAll(),
  Home: (steered) => steered.showAll(),
};
