/*
 * A loss over up to six variables of any size, coupled within and between them, with faults to
 * choose: for audits of what is too large to be measured element by element.
 *
 *     stack model = {.variables = {{.name = "w", .n = 10000}, {.name = "b", .n = 100}},
 *                    .faults = {{.variable = 1, .index = 17, .kind = STACK_SCALED, .amount = 2}}};
 *     ga_problem *p = stack_open(&model);
 *     ... audit, compare with stack_slope() ...
 *     cr_expect(stack_is_restored(&model));
 *     ga_problem_free(p);
 *     stack_close(&model);
 *
 * The loss is the sum over the trained elements of a_i (x_i - t_i)^2 / 2 + 0.3 sin(x_i) x_(i+1), in
 * units of `unit`, the last element being followed by the first; a_i, t_i and the start are drawn
 * from hashes of i. `kind` adds kinks or noise.
 */
#ifndef GA_TEST_STACK_H
#define GA_TEST_STACK_H

#include "gradaudit/gradaudit.h"

#include <pthread.h>
#include <stdatomic.h>

enum {
    STACK_VARIABLES = 6,
    STACK_FAULTS = 6
};

typedef enum stack_part {
    STACK_TRAINED,
    STACK_IGNORED, /* the loss does without */
    STACK_LEVEL,   /* begins at 0, and enters as x^2 / 2: all its slopes are 0 */
    STACK_FROZEN,  /* a factor of 1 + x_0, read only */
    STACK_STATE    /* x_0 counts the calls, and is not read */
} stack_part;

typedef struct stack_variable {
    char name[8]; /* in place: parameters of tests hold no pointers */
    size_t n;     /* 0: there is no such variable */
    stack_part part;
    double lower, upper; /* both 0: none */
} stack_variable;

typedef enum stack_kind {
    STACK_SMOOTH,
    STACK_KINKED, /* and max(0, x_i - x_(i+1) / 2), kinks everywhere */
    STACK_NOISY   /* and noise of 1e-11 of the loss, a function of x */
} stack_kind;

typedef enum stack_fault_kind {
    STACK_RIGHT,
    STACK_SCALED,    /* times `amount`; 0 is a fault too */
    STACK_SHIFTED,   /* plus `amount` */
    STACK_ROLLED,    /* each element gets the slope of the next */
    STACK_UNWRITTEN, /* the slot is left alone */
    STACK_NAN
} stack_fault_kind;

typedef struct stack_fault {
    size_t variable;
    size_t index; /* GA_NO_INDEX: all elements */
    stack_fault_kind kind;
    double amount;
} stack_fault;

typedef struct stack {
    stack_variable variables[STACK_VARIABLES];
    stack_fault faults[STACK_FAULTS];
    stack_kind kind;
    ga_dtype dtype;  /* of the buffers and of the sum; 0: double */
    double unit;     /* of the loss; 0: 1 */
    double factor;   /* of the whole gradient; 0: 1 */
    int thread_safe; /* of the flat form */
    unsigned slow;   /* a call takes as many microseconds */
    /* ---- filled in by stack_open ---- */
    size_t first[STACK_VARIABLES + 1]; /* number of the first element of each */
    void *value[STACK_VARIABLES], *grad[STACK_VARIABLES], *start[STACK_VARIABLES];
    double *flat;            /* the point of the flat form */
    atomic_size_t calls;     /* of the loss in this process, */
    atomic_size_t elsewhere; /* those in another thread than */
    pthread_t home;          /* the one that opened it */
} stack;

/* With buffers of its own, or over one vector with a slice for each variable. */
ga_problem *stack_open(stack *model);
ga_problem *stack_open_flat(stack *model);

/* The same loss in double without gradient buffers, at 0; `twin` is overwritten. */
ga_problem *stack_open_twin(const stack *model, stack *twin);

/* The true derivative at what the buffers hold now, factor not included; not for the flat form. */
double stack_slope(const stack *model, size_t variable, size_t index);

/* The callback of the form with buffers, for a description of one's own; user: the stack. */
ga_loss_fn stack_loss;

int stack_is_restored(const stack *model);
void stack_close(stack *model);

#endif
