/*
 * The inside of a problem: what the user described, validated, and nothing that was measured.
 *
 * Both forms end up as a list of blocks, which is all that the rest of the library looks at: a
 * block is one variable with its elements in place. Those of a flat problem lie in the problem's
 * private copy of x and come from its slices; those of the other form are the user's buffers.
 */
#ifndef GRADAUDIT_PROBLEM_H
#define GRADAUDIT_PROBLEM_H

#include "gradaudit/gradaudit.h"
#include "gradaudit/isolate.h"

typedef struct ga_block {
    char *name;
    void *value; /* count elements of dtype; `locate` may move it */
    void *grad;  /* likewise; NULL in a flat problem, and until `locate` says */
    ga_dtype dtype;
    ga_role role;
    int rank;
    size_t shape[GA_MAX_RANK];
    size_t count;  /* product of the shape */
    size_t offset; /* of the first element among all elements of the problem (flat: in x) */
    int is_tensor; /* declared as a variable or slice: tolerances may relate to the whole of it. 0
                      for what no slice covers: each element there has its own scale */
    double lower, upper; /* own buffers: of each element; flat: see the arrays in the problem */
    double rtol;         /* 0: not said */
    int accumulates;
    double gradient_scale; /* never 0 */
    char *file;            /* or NULL */
    int line;
} ga_block;

typedef struct ga_input {
    char *name;
    const void *data;
    size_t bytes;
} ga_input;

typedef struct ga_allowance {
    char *code, *variable, *reason; /* variable NULL: all */
} ga_allowance;

/* An attempt to register a variable inside a callback; its memory was never touched. */
typedef struct ga_intrusion {
    char *name, *file;
    int line;
    uint64_t loss_call; /* number of the loss call in which it happened, from 1 */
    size_t times;       /* attempts with the same name and place */
} ga_intrusion;

typedef struct ga_cleanup {
    void (*fn)(void *arg);
    void *arg;
} ga_cleanup;

struct ga_problem {
    char *name;
    const char *error;     /* sticky: error_text once something is wrong, NULL before */
    char error_text[1024]; /* in place, so that no error is lost to a lack of memory */

    int is_flat;
    ga_flat flat;          /* its x, lower, upper are the copies below; name is above */
    double *x;             /* n values the callbacks see and the library perturbs */
    double *lower, *upper; /* n values, or NULL */
    char *file;            /* where the vector is described, or NULL */

    ga_loss_fn *loss;
    ga_grad_fn *grad;
    void *user;
    ga_step_fn *step;
    double step_rate;
    void *step_user;
    ga_locate_fn *locate;
    ga_hooks hooks;

    ga_block *blocks; /* flat: made by ga_problem_seal() from the slices */
    size_t block_count, block_capacity;
    ga_block *slices; /* flat: as declared and in that order, without `value` */
    size_t slice_count, slice_capacity;
    ga_input *inputs;
    size_t input_count, input_capacity;
    ga_allowance *allowances;
    size_t allowance_count, allowance_capacity;
    ga_intrusion *intrusions;
    size_t intrusion_count, intrusion_capacity;
    ga_cleanup *cleanups;
    size_t cleanup_count, cleanup_capacity;

    ga_problem *twin; /* the same loss in double, or NULL; owned */
    int is_twin;      /* of another problem: only its loss matters */

    int load_fenv;         /* GA_FENV_* bits that loading its plug-in changed; put back since */
    int locked;            /* the first loss call has started: no more variables */
    int busy;              /* an audit is running */
    uint64_t loss_calls;   /* begun; kept by the evaluator, for ga_intrusion */
    ga_activity *activity; /* or NULL; see ga_problem_watch() */
};

/* Whether a call may change the description: GA_EINVAL (no problem, or it carries an error) or
 * GA_EBUSY (an audit is running). */
ga_status ga_problem_changeable(const ga_problem *problem);

/* A problem that has its name and nothing else; NULL: no memory. */
ga_problem *ga_problem_allocate(const char *name);

/* Gives a block its own copies of its name and its place; file may be NULL. GA_ENOMEM: what was
 * copied is there for ga_block_clear(), which takes a half-built block too. */
ga_status ga_block_name(ga_block *block, const char *name, const char *file);
void ga_block_clear(ga_block *block);

/*
 * Complete the description before an audit: blocks from slices and the gaps between them, offsets,
 * the last validation (a loss is given; a gradient, an update or `locate` is there for what is
 * trainable). Idempotent. GA_EINVAL (sticky) or GA_ENOMEM.
 */
ga_status ga_problem_seal(ga_problem *problem);

/* The same for its twin, if it has one: afterwards its blocks stand in the problem's order, with
 * any further ones behind, and have the problem's gradient_scale and rtol. */
ga_status ga_twin_seal(ga_problem *problem);

/* Elements of all blocks; of the trainable ones. Sealed problems only. */
size_t ga_problem_elements(const ga_problem *problem);
size_t ga_problem_trainable_elements(const ga_problem *problem);

/* One pair of blocks that share memory, with the bytes they share. */
typedef struct ga_overlap {
    size_t first, second; /* indices of blocks, first < second */
    int of_gradients;     /* 0: the values; 1: the gradient buffers; 2: values of one, gradient of
                             the other */
    size_t bytes;
} ga_overlap;

/* Finds overlapping pairs, at most `most`, in order of (first, second). Frozen blocks count, their
 * gradients do not, nor does a block's own gradient. O(k log k) in the number of blocks plus the
 * pairs found. */
size_t ga_problem_overlaps(const ga_problem *problem, ga_overlap *pairs, size_t most);

/* Elements, exactly: a float is widened on reading, and a double that is not a float is rounded to
 * nearest on writing (callers only write values that are floats). */
double ga_block_get(const ga_block *block, size_t index);
void ga_block_set(const ga_block *block, size_t index, double value);
size_t ga_dtype_size(ga_dtype dtype);
double ga_element_of(const void *elements, ga_dtype dtype, size_t index);

/* `count` elements from `first` on as doubles: in place, or converted into `buffer`. */
const double *ga_elements_of(const void *elements, ga_dtype dtype, size_t first, size_t count,
                             double *buffer);

/* Bounds of one element; -INFINITY and INFINITY when free. */
void ga_block_bounds(const ga_problem *problem, const ga_block *block, size_t index, double *lower,
                     double *upper);

/* Whether any element of the block may have any. */
int ga_block_has_bounds(const ga_problem *problem, const ga_block *block);

/* The reason under which this code, name or family is allowed for the variable, or NULL. `refines`
 * (may be NULL) is the code that this one refines. variable may be NULL: the loss as a whole. */
const char *ga_problem_allowed(const ga_problem *problem, const char *code, const char *name,
                               const char *refines, const char *variable);

/* a * b in *product; 0 when it overflows. */
int ga_size_multiply(size_t a, size_t b, size_t *product);

/* Room for one more at the end of a growing array of `item`-byte items; NULL: no memory. The new
 * item is zeroed and counted. */
void *ga_grow(void **items, size_t *count, size_t *capacity, size_t item);

/* A malloc'ed copy of a text, or NULL: no memory. */
char *ga_copy_text(const char *text);

/*
 * Take over a struct that the user filled: `known` bytes at `to` are zeroed and as many of the
 * user's `size` bytes as fit are copied, so that programs built against an older or newer header
 * keep working. 0: `from` is NULL or `size` cannot be that of such a struct (0, cut in a field,
 * absurdly large).
 */
int ga_copy_struct(void *to, size_t known, const void *from, size_t size);

#endif
