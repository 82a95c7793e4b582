/*
 * The only caller of user code.
 *
 * The evaluator calls the loss and the gradient through a backend, counts, keeps to the budget,
 * tells the activity page what is running, and hands gradients over raw, so that a slot that was
 * never written can be told from a computed NaN. It judges nothing.
 *
 * A spent budget, and a progress callback that asks to stop, make every further loss call answer
 * NaN without calling anybody; `spent` says so. Nothing is allocated per evaluation.
 */
#ifndef GRADAUDIT_EVALUATOR_H
#define GRADAUDIT_EVALUATOR_H

#include "problem.h"

#include <stdatomic.h>

/* How user code is reached. One backend calls it right here; others may use other processes. */
typedef struct ga_backend {
    double (*loss)(ga_problem *problem);
    /* Flat: writes g, and the loss that came with it to *joint (NaN when there was none). Own
     * buffers: g is NULL. Returns what the callback returned. */
    int (*gradient)(ga_problem *problem, double *g, double *joint);
    int (*step)(ga_problem *problem);
} ga_backend;

extern const ga_backend ga_backend_here;

/* The bits of something that has an element for each element of the problem's blocks. With bytes
 * NULL they are where they were received: a view of the buffers that the last gradient call wrote.
 */
typedef struct ga_bits {
    unsigned char *bytes;
} ga_bits;

typedef struct ga_evaluator {
    ga_problem *problem;
    const ga_backend *backend;
    size_t *at;      /* byte offset of each block in a ga_bits */
    size_t bytes;    /* size of a ga_bits */
    ga_bits point;   /* the values at the point; what is put back */
    double *guarded; /* flat: receives gradients, with a guard on both sides */

    uint64_t seed; /* handed to `reseed` */
    size_t evaluations, gradient_calls;
    size_t max_evaluations; /* 0: no limit */
    double deadline;        /* on ga_clock(); INFINITY: none */
    double began, seconds_per_loss;
    int spent;            /* the budget is used up, or progress asked to stop */
    int stopped;          /* progress asked to stop */
    unsigned until_clock; /* evaluations before the clock is read again */
    ga_progress_fn *progress;
    void *progress_user;
    size_t planned;
    const char *plan;    /* one line for progress; NULL: not known yet */
    const char *probing; /* name of the variable being measured, or NULL */

    int puts_back;      /* the loss sets a variable: all are put back before each element */
    int has_state;      /* some block has the role GA_STATE */
    size_t moves;       /* how often `locate` found a value elsewhere */
    size_t moved_block; /* the first such block */

    int workers; /* processes that may evaluate at the same time; 0 or 1: this one alone */
    const atomic_int *halt;  /* not NULL in a worker: anything but 0 there ends it early */
    double seconds_per_fork; /* what the last worker took to start; 0: not known yet */
} ga_evaluator;

double ga_clock(void); /* seconds, monotonic */

/* The problem must be sealed. options has been completed. */
ga_status ga_evaluator_begin(ga_evaluator *evaluator, ga_problem *problem,
                             const ga_options *options);
void ga_evaluator_end(ga_evaluator *evaluator);

/* ---- The loss ------------------------------------------------------------------------------ */

/* Reads the clock and keeps to it: the deadline, and progress, which may ask to stop. Loss calls do
 * that by themselves; this is for somebody who waits for the workers. */
void ga_evaluator_look(ga_evaluator *evaluator);

/* One evaluation at what the variables hold now. */
double ga_evaluate_loss(ga_evaluator *evaluator);

/* One evaluation with one element set to `value`; its bits are put back. */
double ga_evaluate_element(ga_evaluator *evaluator, size_t block, size_t index, double value);

/* For the activity page: which element the next evaluations are about. NULL block name ends it. */
void ga_evaluator_probing(ga_evaluator *evaluator, const ga_block *block, size_t index);

/* ---- The gradient --------------------------------------------------------------------------- */

typedef enum ga_fill {
    GA_FILL_NOTHING,
    GA_FILL_SENTINEL,
    GA_FILL_ZERO,
    GA_FILL_VALUE
} ga_fill;

typedef struct ga_received {
    int refused;          /* what the callback returned; 0 = ok */
    int filled;           /* the buffers really were filled beforehand, and are the same ones */
    double joint;         /* the loss that came with the gradient, or NaN */
    size_t before, after; /* guard elements overwritten on either side (flat form) */
} ga_received;

/*
 * One gradient call at the present point, after filling the buffers (`value` is for GA_FILL_VALUE).
 * Those that accumulate by design are cleared instead of getting sentinels.
 * The elements of trainable blocks are copied to `out`, raw, unless that is a view; others are left
 * alone there. With ga_problem_update() the gradient is (before - after) / rate, and the values are
 * put back.
 */
void ga_evaluate_gradient(ga_evaluator *evaluator, ga_fill fill, double value, ga_bits out,
                          ga_received *received);

/* Where a block's gradient is received, or NULL: nobody has said yet. */
void *ga_gradient_receiver(const ga_evaluator *evaluator, const ga_block *block);

/* Elements of a guarded buffer for n; 0 when that is too many. */
size_t ga_guarded_elements(size_t n);

/* What a slot shows after a call that began with GA_FILL_SENTINEL. */
typedef enum ga_trace {
    GA_TRACE_FINITE,
    GA_TRACE_NAN,
    GA_TRACE_INFINITE,
    GA_TRACE_UNWRITTEN, /* the sentinel, untouched */
    GA_TRACE_ADDED_TO   /* the sentinel, made quiet by arithmetic: it was read and added to */
} ga_trace;

/* By integer comparison alone: floating-point compares would trip over the signalling NaN. */
ga_trace ga_trace_slot(const void *elements, ga_dtype dtype, size_t index);

/* ---- Bits ------------------------------------------------------------------------------------ */

/* Whether received gradients can be looked at where they are until the next call: not when they
 * are differences of values, or in buffers that `locate` may move. */
int ga_bits_can_view(const ga_evaluator *evaluator);

ga_status ga_bits_new(const ga_evaluator *evaluator, ga_bits *out);
void ga_bits_free(ga_bits *bits);
void *ga_bits_of(const ga_evaluator *evaluator, ga_bits bits, size_t block);
void ga_bits_save(const ga_evaluator *evaluator, ga_bits bits);             /* values -> bits */
void ga_bits_restore(const ga_evaluator *evaluator, ga_bits bits);          /* bits -> values */
void ga_bits_copy(const ga_evaluator *evaluator, ga_bits from, ga_bits to); /* trainable blocks */

/* The first element whose value differs from the bits, blocks of role GA_STATE apart; 0: none. */
int ga_bits_differ(const ga_evaluator *evaluator, ga_bits bits, size_t *block, size_t *index);

/* The first of the trainable elements in which two gradients differ; 0: none. */
int ga_bits_compare(const ga_evaluator *evaluator, ga_bits a, ga_bits b, size_t *block,
                    size_t *index);

/* ---- The floating-point environment -----------------------------------------------------------
 */

/* Control bits: rounding, flush-to-zero and denormals-are-zero, exception masks. A few ns. */
typedef struct ga_fenv {
    unsigned sse, x87;
} ga_fenv;

ga_fenv ga_fenv_read(void);
void ga_fenv_write(ga_fenv env);

/* Which differ, as GA_FENV_* bits. */
int ga_fenv_difference(ga_fenv before, ga_fenv after);

#endif
