/*
 * How noisy is a loss along a line?
 *
 * Seven values, and their divided differences up to the sixth. Each differencing takes one more
 * power of the spacing out of what is smooth; independent errors of standard deviation sigma come
 * through with a known factor. Once the levels
 *
 *     level_k = rms over the k-th differences of |sum_i c_i f(t_i)| / sqrt(sum_i c_i^2),   k = 1..6
 *
 * stop falling, they are sigma; the c_i are the weights of a divided difference, 1/prod (t_i -
 * t_j). On an even grid this is the difference table of Hamming, Introduction to Applied Numerical
 * Analysis, 1971, section 6, and of Moré and Wild, "Estimating computational noise", SIAM J. Sci.
 * Comput. 33 (2011), section 3. Our grid is uneven on purpose: an even one falls in with a
 * staircase whose pitch divides it, and then sees nothing (one table in a hundred, and again in the
 * next one).
 *
 * The points stand on one side of x and leave x out: a kink at x, or nearer to it than one spacing,
 * bends the loss but is not noise.
 */
#ifndef GA_MEASURE_NOISE_H
#define GA_MEASURE_NOISE_H

#include "watch.h"

enum {
    GA_NOISE_POINTS = 7
};

/* What one table of values shows. */
typedef struct ga_noise_table {
    double largest;                  /* largest |value| */
    double range;                    /* largest minus smallest value */
    double level[GA_NOISE_POINTS];   /* level[1..6], as shares of `largest` */
    int alternates[GA_NOISE_POINTS]; /* whether the k-th differences have both signs */
    double least;                    /* least non-zero first difference; 0 if there is none */
    int equal;                       /* how many of the six first differences are exactly 0 */
} ga_noise_table;

/*
 * The levels of seven finite values, not all 0, at rising positions in any unit: about 1 apart, so
 * that no product of six distances over- or underflows.
 */
void ga_noise_levels(const double positions[GA_NOISE_POINTS], const double values[GA_NOISE_POINTS],
                     ga_noise_table *out);

typedef enum ga_noise_kind {
    GA_NOISE_UNKNOWN, /* no values to read a level from */
    GA_NOISE_BOUND,   /* the levels still fell: the noise is at most this */
    GA_NOISE_MEASURED /* they stopped falling, or the loss moves in steps */
} ga_noise_kind;

typedef struct ga_noise {
    double deviation; /* standard deviation, units of the loss; -1 when unknown */
    ga_noise_kind kind;
} ga_noise;

/*
 * The noise along the watched line from at most `tries` tables with a first spacing near `spacing`.
 * A table costs 7 evaluations, or fewer when its far end shows that the spacing is too wide.
 */
ga_noise ga_noise_along(ga_watch *watch, double spacing, int tries);

/* The spacing of a table at the smallest scale that a table can look at: 4e-12 of the line's scale.
 */
double ga_noise_micro(const ga_line *line);

#endif
