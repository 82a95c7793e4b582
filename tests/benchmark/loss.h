/*
 * Losses with exact gradients, to audit as a user would: through the public interface.
 *
 * A loss is made from an entry and the number of its instance, which decides its data, the point
 * and the noise; the same number makes the same loss. Its value and its slope are written by hand,
 * in families (loss_*.c), and dressed here: multiplied, shifted, made noisy, rounded.
 */
#ifndef GA_LOSS_H
#define GA_LOSS_H

#include <stddef.h>
#include <stdint.h>

enum {
    LOSS_MOST = 220, /* parameters */
    LOSS_PARTS = 8   /* tensors or slices */
};

#define LOSS_GROUPS(X)                                                                             \
    X(LOSS_CLASSICAL, "least squares, start")                                                      \
    X(LOSS_FAR, "least squares, far")                                                              \
    X(LOSS_SLICED, "least squares, sliced")                                                        \
    X(LOSS_REGRESSION, "regressions")                                                              \
    X(LOSS_NETWORK, "networks")                                                                    \
    X(LOSS_FLOAT_INSIDE, "float inside")                                                           \
    X(LOSS_FLOAT_TENSOR, "float tensors")                                                          \
    X(LOSS_NOISE, "noise")                                                                         \
    X(LOSS_SOLVER, "solvers inside")                                                               \
    X(LOSS_SCALE, "scales, offsets")                                                               \
    X(LOSS_KINK, "kinks, ties")                                                                    \
    X(LOSS_STATIONARY, "stationary points")                                                        \
    X(LOSS_INERT, "inert, constant")                                                               \
    X(LOSS_STEEP, "steep, edge of domain")                                                         \
    X(LOSS_BOUNDED, "bounds at the point")                                                         \
    X(LOSS_EXTREME, "1e150, 1e-150")                                                               \
    X(LOSS_QUANTISED, "quantised")

#define LOSS_NAME(name, title) name,
typedef enum loss_group {
    LOSS_GROUPS(LOSS_NAME) LOSS_GROUP_COUNT
} loss_group;

typedef enum loss_form {
    LOSS_FLAT,
    LOSS_SLICES,  /* flat, with a slice for each part */
    LOSS_TENSORS, /* own buffers of doubles, one for each part */
    LOSS_FLOATS   /* own buffers of floats */
} loss_form;

typedef struct loss loss;
typedef double loss_value_fn(const loss *self, const double *x);
typedef void loss_slope_fn(const loss *self, const double *x, double *g);
typedef void loss_residual_fn(const loss *self, const double *x, double *r, double *jacobian);

struct loss {
    const char *name;
    loss_group group;
    loss_form form;
    size_t n;
    double x[LOSS_MOST];
    size_t part_count; /* 0: one part */
    size_t parts[LOSS_PARTS];
    loss_value_fn *value;
    loss_slope_fn *slope;

    /* what is done to the value, in this order */
    double factor;  /* multiplied by; 0 stands for 1 */
    double offset;  /* shifted */
    double noise;   /* a hash of x adds as much of itself */
    double quantum; /* rounded to a multiple of this; 0: not at all */
    int single;     /* rounded to a float */

    int is_bounded;
    double lower[LOSS_MOST];
    double upper[LOSS_MOST];
    double rtol; /* 0: the default */

    loss_residual_fn *residuals; /* least squares: m residuals */
    size_t m;
    double *data; /* of a regression or network; owned */
    size_t samples;
    size_t sizes[4]; /* of layers; sizes[0] are the inputs */
    int layers;
    int kind;         /* which of a family */
    int classes;      /* cross-entropy over the outputs, not squares */
    double decay;     /* weight decay */
    double tolerance; /* of a solver */
    uint64_t salt;    /* of the noise */
};

/* Random numbers of one instance. */
typedef struct loss_random {
    uint64_t state;
} loss_random;

double loss_uniform(loss_random *random, double low, double high);
double loss_normal(loss_random *random);

typedef void loss_make_fn(loss *out, int instance, loss_random *random);

typedef struct loss_entry {
    const char *name;
    loss_group group;
    loss_make_fn *make;
    int kind;                          /* handed to `make` in the loss */
    void (*dress)(loss *out, int how); /* afterwards; NULL: nothing */
    int how;
} loss_entry;

typedef struct loss_family {
    const loss_entry *entries;
    size_t count;
} loss_family;

extern const loss_family loss_classical, loss_fits, loss_hard, loss_dressed;

/* Fill in one instance. loss_clear() gives back what it owns. */
void loss_make(const loss_entry *entry, int instance, loss *out);
void loss_clear(loss *out);

/* Value and slope as they are audited, dressed. */
double loss_value(const loss *self, const double *x);
void loss_slope(const loss *self, const double *x, double *g);

/* Least squares: f = sum r^2, g = 2 J'r; for families that have `residuals`. */
double loss_squares(const loss *self, const double *x);
void loss_squares_slope(const loss *self, const double *x, double *g);

/* What other families dress: a least-squares function by its place, a fit by its kind. */
void loss_make_classical(loss *out, int instance, loss_random *random);
void loss_make_fit(loss *out, int instance, loss_random *random);
void loss_make_network(loss *out, int instance, loss_random *random);
void loss_make_float_fit(loss *out, int instance, loss_random *random);
void loss_make_float_network(loss *out, int instance, loss_random *random);

#endif
