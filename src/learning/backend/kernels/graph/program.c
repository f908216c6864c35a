/*
 * Runs a program of a graph in the memory that the planner laid out: constants, what is given, the instructions themselves.
 * Nothing is kept but what lies there.
 */
#include "chain.h"
#include "draws.h"
#include "images.h"
#include "instruction.h"
#include "likelihood.h"
#include "matrix.h"
#include "reduce.h"
#include "rows.h"

#if defined(__wasm__)
#define EXPORT(name) __attribute__((export_name(name)))
#else
#define EXPORT(name)
#endif

/*
 * Runs the `body` words behind it `times` times, the turn's number at `at`. Slices and stacks move with the turns: each
 * patch is a word of the program, counted from the start of the memory, and how far its place moves.
 */
typedef struct {
  Instruction head;
  int32_t times, at, is_reversed, body, patches, words[];
} Loop;

static int32_t run(Machine *machine, int32_t from, int32_t to);

INLINE void move(const Machine *machine, const Loop *loop, int32_t turns) {
  for (int32_t k = 0; k < loop->patches; k++) *integers(machine, loop->words[2 * k]) += loop->words[2 * k + 1] * turns;
}

static int32_t run_loop(Machine *machine, int32_t from, const Loop *loop) {
  const int32_t body = from + loop->head.words, direction = loop->is_reversed ? -1 : 1;
  const int32_t first = loop->is_reversed ? loop->times - 1 : 0;
  move(machine, loop, first);
  for (int32_t turn = 0; turn < loop->times; turn++) {
    if (turn > 0) move(machine, loop, direction);
    *integers(machine, loop->at) = first + direction * turn;
    const int32_t fault = run(machine, body, body + loop->body);
    if (fault >= 0) return fault;
  }
  move(machine, loop, loop->is_reversed ? 0 : 1 - loop->times);
  return -1;
}

/* Runs instructions from one place to another; the place of the one that failed, or −1. */
static int32_t run(Machine *machine, int32_t from, int32_t to) {
  while (from < to) {
    const Instruction *at = (const Instruction *)integers(machine, from);
    int32_t has_failed = 0, length = at->words;
    switch (at->kind) {
      case CHAIN: run_chain(machine, (const Chain *)at); break;
      case COPY: run_copy(machine, (const Copy *)at); break;
      case SUM: run_sum(machine, (const Sum *)at); break;
      case TOP: run_top(machine, (const Top *)at); break;
      case PRODUCT: run_product(machine, (const Product *)at); break;
      case GATHER: has_failed = run_gather(machine, (const Rows *)at); break;
      case SCATTER: has_failed = run_scatter(machine, (const Rows *)at); break;
      case LIKELIHOOD: has_failed = run_likelihood(machine, (const Likelihood *)at); break;
      case LIKELIHOOD_GRADIENT: has_failed = run_likelihood_gradient(machine, (const Likelihood *)at); break;
      case WINDOWS: run_windows(machine, (const Sliding *)at); break;
      case OVERLAP: run_overlap(machine, (const Sliding *)at); break;
      case DRAW: run_draw(machine, (const Draw *)at); break;
      case LOOP: {
        const Loop *loop = (const Loop *)at;
        const int32_t fault = run_loop(machine, from, loop);
        if (fault >= 0) return fault;
        length += loop->body;
        break;
      }
    }
    if (has_failed) return from;
    from += length;
  }
  return -1;
}

/* Floats in a vector, and the most operands and steps of a chain. */
EXPORT("lanes") int32_t fadelab_lanes(void) { return LANES; }
EXPORT("slots") int32_t fadelab_slots(void) { return SLOTS; }

/*
 * Runs the instructions between two places. −1, or the place of one that failed, for an index out of bounds, which then
 * lies at the start of the memory.
 */
EXPORT("run") int32_t fadelab_run(float *memory, const Table *tables, int32_t from, int32_t to) {
  Machine machine = {memory, tables, 0};
  const int32_t fault = run(&machine, from, to);
  *integers(&machine, 0) = machine.index;
  return fault;
}
