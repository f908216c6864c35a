/** A flow that waits for its end in a queue. */
export interface Queued {
  /** Service at which it is through. */
  readonly mark: number;
  /** Of its arrival: orders flows that end together. */
  readonly order: number;
  /** Its place in the heap. */
  place: number;
}

const isBefore = (a: Queued, b: Queued): boolean => a.mark < b.mark || (a.mark === b.mark && a.order < b.order);

/** Flows by the service at which they are through: a binary heap that any flow can leave in O(log n). */
export class FlowQueue<Flow extends Queued> {
  readonly #heap: Flow[] = [];

  get size(): number {
    return this.#heap.length;
  }

  /** The flow that is through first. */
  get head(): Flow | undefined {
    return this.#heap[0];
  }

  add(flow: Flow): void {
    this.#heap.push(flow);
    this.#rise(flow, this.#heap.length - 1);
  }

  remove(flow: Flow): void {
    const last = this.#heap.pop() as Flow;
    if (last === flow) return;
    this.#sink(last, flow.place);
    this.#rise(last, last.place);
  }

  #rise(flow: Flow, from: number): void {
    const heap = this.#heap;
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = heap[parent] as Flow;
      if (!isBefore(flow, above)) break;
      this.#put(above, place);
      place = parent;
    }
    this.#put(flow, place);
  }

  #sink(flow: Flow, from: number): void {
    const heap = this.#heap;
    let place = from;
    for (;;) {
      const left = 2 * place + 1;
      if (left >= heap.length) break;
      const right = left + 1;
      const child = right < heap.length && isBefore(heap[right] as Flow, heap[left] as Flow) ? right : left;
      if (!isBefore(heap[child] as Flow, flow)) break;
      this.#put(heap[child] as Flow, place);
      place = child;
    }
    this.#put(flow, place);
  }

  #put(flow: Flow, place: number): void {
    this.#heap[place] = flow;
    flow.place = place;
  }
}
