/*
 * Losses with known truth: each right callback beside its broken twins. The tests of the checks
 * audit them.
 *
 *     flat.c        over one vector of doubles
 *     regression.c  variables in buffers of their own, with a fault to choose
 *     network.c     a small tanh network, in double and in float
 *     restless.c    losses that are not functions: random, counting, caching
 */
#ifndef GA_TEST_SUBJECTS_H
#define GA_TEST_SUBJECTS_H

#include "gradaudit/gradaudit.h"

/* ---- flat.c --------------------------------------------------------------------------------- */

/* Sum of (i + 1) (x_i / u - 0.25 i - 0.25)^2 / 2; `user` is NULL or points to the unit u. */
ga_flat_loss_fn quadratic;
ga_flat_grad_fn quadratic_grad;
ga_flat_grad_fn quadratic_off;       /* element 1 one per cent too large */
ga_flat_grad_fn quadratic_negated;   /* all */
ga_flat_grad_fn quadratic_doubled;   /* all */
ga_flat_grad_fn quadratic_cut;       /* the last element is 0 */
ga_flat_grad_fn quadratic_zero;      /* all are */
ga_flat_grad_fn quadratic_unwritten; /* the last two slots are left alone */
ga_flat_grad_fn quadratic_overrun;   /* writes one element past the end */
ga_flat_grad_fn quadratic_underrun;  /* and one before the start */
ga_flat_grad_fn quadratic_adding;    /* adds to what is there */
ga_flat_grad_fn quadratic_nan;       /* element 1 is NaN */
ga_flat_grad_fn quadratic_infinite;  /* element 1 is -infinity */
ga_flat_grad_fn quadratic_moving;    /* changes x[1] */
ga_flat_grad_fn quadratic_refusing;  /* returns 7 */

/* (1 - x)^2 + 100 (y - x^2)^2; wrong: the sign of the first term of g[0]. */
ga_flat_loss_fn rosenbrock;
ga_flat_grad_fn rosenbrock_grad;
ga_flat_grad_fn rosenbrock_wrong;

/* log(sum of exp(x_i)), shifted by the largest; wrong: the shares are not divided by their sum. */
ga_flat_loss_fn log_sum_exp;
ga_flat_grad_fn log_sum_exp_grad;
ga_flat_grad_fn log_sum_exp_wrong;

/* Sum of log(1 + r^2 / 2) with r = x_i - 1 - i, Cauchy's; wrong: as if it were r^2 / 2. */
ga_flat_loss_fn robust;
ga_flat_grad_fn robust_grad;
ga_flat_grad_fn robust_wrong;

/* Sum of max(x_i, 0) + (x_i - 2)^2 / 2, with the slope 0 of max at 0; wrong: 1.2 there. */
ga_flat_loss_fn relu;
ga_flat_grad_fn relu_grad;
ga_flat_grad_fn relu_wrong;

/* The Euclidean norm; at the origin 0, and in the textbook's formula 0/0. */
ga_flat_loss_fn norm;
ga_flat_grad_fn norm_grad;
ga_flat_grad_fn norm_textbook;

/* Sum of (floor(8 x_i) / 8)^2 / 2: stairs; the gradient looks past them, or is 0. */
ga_flat_loss_fn stairs;
ga_flat_grad_fn stairs_through;
ga_flat_grad_fn stairs_grad;

/* Sum of cos(x_i). At 0 all slopes are 0. */
ga_flat_loss_fn cosines;
ga_flat_grad_fn cosines_grad;

/* ---- regression.c --------------------------------------------------------------------------- */

/* Logistic regression on eight samples: w[3] and b in double. */
typedef enum regression_fault {
    REGRESSION_RIGHT,
    REGRESSION_ADDS,         /* to dw, without clearing it */
    REGRESSION_CLEARS,       /* writes dw although it is declared to add */
    REGRESSION_SETS_BIAS,    /* the loss sets b to the value it has at the start */
    REGRESSION_SETS_WEIGHT,  /* the loss sets w[1] to another one */
    REGRESSION_REGISTERS,    /* the loss registers a fresh variable in each call */
    REGRESSION_IGNORES_BIAS, /* the loss and its gradient do without b */
    REGRESSION_PHANTOM_BIAS, /* the loss does without b, the gradient does not */
    REGRESSION_GATED_BIAS,   /* b enters as 0 * b */
    REGRESSION_CUTS_BIAS,    /* db is 0 */
    REGRESSION_CUTS_WEIGHT,  /* dw[2] is 0 */
    REGRESSION_SUMS,         /* the gradient is not divided by the number of samples */
    REGRESSION_MOVES_WEIGHT, /* the gradient callback changes w[0] */
    REGRESSION_FORGETS_BIAS, /* db is never written */
} regression_fault;

typedef struct regression {
    regression_fault fault;
    int accumulates; /* declared, and then done, but for REGRESSION_CLEARS */
    double gradient_scale;
    double w[3], dw[3];
    double b, db;
    ga_problem *problem;
} regression;

enum {
    REGRESSION_SAMPLES = 8
};

/* Registers "w" and "b". The regression must live as long as the problem. */
ga_problem *regression_open(regression *model, regression_fault fault);
regression regression_at_start(void);

/* The truth at what the model holds now. */
double regression_loss(const regression *model);
void regression_slopes(const regression *model, double w[3], double *b);

/* ---- network.c ------------------------------------------------------------------------------ */

typedef enum network_fault {
    NETWORK_RIGHT,
    NETWORK_TRANSPOSED, /* the gradient of W1 (5 x 3) is stored 3 x 5 */
    NETWORK_NO_TANH,    /* the derivative of tanh is left out for the first layer */
    NETWORK_CUT,        /* the first layer gets nothing */
    NETWORK_NO_DECAY    /* the gradient of W2 lacks its weight decay */
} network_fault;

/* A 3-5-2 tanh network with squared error and weight decay on W2, in either precision. Opens a new
 * one with W1, b1, W2, b2, which is freed with the problem. */
ga_problem *network_open(network_fault fault);
ga_problem *network_open_float(network_fault fault);

/* ---- restless.c ----------------------------------------------------------------------------- */

typedef enum restless_kind {
    RESTLESS_NOT,
    RESTLESS_RANDOM,          /* a random mask over the terms */
    RESTLESS_SEEDED,          /* the same mask, once a `reseed` hook is given */
    RESTLESS_COUNTING,        /* the loss grows with each call */
    RESTLESS_COUNTING_RESET,  /* likewise, with a `reset` hook */
    RESTLESS_LATE,            /* changes for good after 40 calls */
    RESTLESS_ROUNDING,        /* adds up in a changing order */
    RESTLESS_RANDOM_GRADIENT, /* only the gradient is random */
    RESTLESS_WARM,            /* a solver that begins at its last solution */
    RESTLESS_SIDE_EFFECT,     /* the gradient moves a running mean that the loss reads */
    RESTLESS_STALE,           /* the gradient of the point before */
    RESTLESS_NOISY,           /* noise of 1e-10 of the loss: a function of x, but a rough one */
    RESTLESS_SAMPLED,         /* a small random error in each call */
    RESTLESS_SAMPLED_WRONG,   /* likewise, and the sign of every gradient is wrong */
    RESTLESS_MASKED_BOTH,     /* one mask in five calls is off, and the gradient has it, too */
    RESTLESS_ONE_LATE         /* the value of the call before */
} restless_kind;

enum {
    RESTLESS_N = 24
};

typedef struct restless {
    restless_kind kind;
    uint64_t random;
    size_t calls, resets;
    double mean;
    double last[RESTLESS_N];
    double solution;
} restless;

/* A flat problem over RESTLESS_N elements, begun at x_i = 0.4 + 0.1 i. */
ga_problem *restless_open(restless *state, restless_kind kind);

#endif
