/*
 * Losses of the other families, made harder: noisy, rounded, multiplied, shifted. The numbers in
 * the list are places in those families' own lists.
 */
#include "loss.h"

#include <math.h>

/* The size of the loss at the point, for what is relative to it. */
static double size_of(const loss *out)
{
    return fabs(loss_value(out, out->x));
}

static void add_noise(loss *out, int how)
{
    out->noise = pow(10.0, -(double)how) * size_of(out);
}

static void multiply(loss *out, int how)
{
    out->factor = pow(10.0, (double)how);
}

/* Parameters in other units: x is 10^how times as large, and the loss the same. */
static void shift(loss *out, int how)
{
    out->offset = pow(10.0, (double)how);
}

static void round_to_float(loss *out, int how)
{
    (void)how;
    out->single = 1;
}

/* how > 0: decimal places of the loss's size; < 0: a power of two, as fixed point has. */
static void quantise(loss *out, int how)
{
    const double size = size_of(out);
    out->quantum = how > 0 ? pow(10.0, -(double)how) * size : ldexp(1.0, how + ilogb(size));
}

#define CLASSIC(name, group, kind, dress, how)                                                     \
    {                                                                                              \
        name, group, loss_make_classical, kind, dress, how                                         \
    }
#define FIT(name, group, kind, dress, how)                                                         \
    {                                                                                              \
        name, group, loss_make_fit, kind, dress, how                                               \
    }
#define NET(name, group, kind, dress, how)                                                         \
    {                                                                                              \
        name, group, loss_make_network, kind, dress, how                                           \
    }

static const loss_entry entries[] = {
    CLASSIC("wood, noise 1e-10", LOSS_NOISE, 13, add_noise, 10),
    CLASSIC("brown-dennis, noise 1e-10", LOSS_NOISE, 15, add_noise, 10),
    CLASSIC("osborne 2, noise 1e-10", LOSS_NOISE, 18, add_noise, 10),
    CLASSIC("broyden banded, noise 1e-10", LOSS_NOISE, 31, add_noise, 10),
    CLASSIC("beale, noise 1e-6", LOSS_NOISE, 4, add_noise, 6),
    CLASSIC("biggs exp6, noise 1e-6", LOSS_NOISE, 17, add_noise, 6),
    CLASSIC("penalty I, noise 1e-6", LOSS_NOISE, 23, add_noise, 6),
    CLASSIC("chebyquad, noise 1e-6", LOSS_NOISE, 34, add_noise, 6),
    FIT("logistic, noise 1e-10", LOSS_NOISE, 1, add_noise, 10),
    FIT("log-cosh, noise 1e-6", LOSS_NOISE, 5, add_noise, 6),
    NET("tanh 4-8-3, noise 1e-10", LOSS_NOISE, 3, add_noise, 10),
    NET("sigmoid 3-6-2, noise 1e-6", LOSS_NOISE, 8, add_noise, 6),
    NET("relu 3-8-2, noise 1e-10", LOSS_NOISE, 5, add_noise, 10),
    CLASSIC("wood, float result", LOSS_FLOAT_INSIDE, 13, round_to_float, 0),
    CLASSIC("broyden tridiagonal, float result", LOSS_FLOAT_INSIDE, 30, round_to_float, 0),
    CLASSIC("wood x 1e-8", LOSS_SCALE, 13, multiply, -8),
    CLASSIC("wood x 1e8", LOSS_SCALE, 13, multiply, 8),
    FIT("poisson x 1e-4", LOSS_SCALE, 3, multiply, -4),
    NET("tanh 4-8-3 x 1e8", LOSS_SCALE, 3, multiply, 8),
    CLASSIC("wood + 1e8", LOSS_SCALE, 13, shift, 8),
    CLASSIC("broyden tridiagonal + 1e8", LOSS_SCALE, 30, shift, 8),
    FIT("linear regression + 1e8", LOSS_SCALE, 0, shift, 8),
    NET("tanh 2-5-1 + 1e8", LOSS_SCALE, 2, shift, 8),
    NET("tanh 4-8-3 + 1e4", LOSS_SCALE, 3, shift, 4),
    CLASSIC("wood, 6 places", LOSS_QUANTISED, 13, quantise, 6),
    CLASSIC("trigonometric, 9 places", LOSS_QUANTISED, 26, quantise, 9),
    NET("softmax, 2^-20", LOSS_QUANTISED, 0, quantise, -20),
    NET("tanh 4-8-3, 2^-30", LOSS_QUANTISED, 3, quantise, -30),
};

const loss_family loss_dressed = {entries, sizeof entries / sizeof *entries};
