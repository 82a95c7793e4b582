/*
 * Kinks at x, or nearer to it than the shortest step.
 *
 * With one-sided slopes a and b a kink adds (b - a) h to the even part, where a smooth loss adds
 * h^2 f''. Two pairs separate the two. At a kink any number between a and b is a valid value of the
 * gradient (Clarke, Optimization and Nonsmooth Analysis, 1983, section 2.1): no central difference,
 * which gives (a + b)/2, may then call it wrong.
 */
#ifndef GA_MEASURE_KINK_H
#define GA_MEASURE_KINK_H

#include "estimate.h"

/* One-sided slopes of the loss at x, each side's least and largest value put together. */
typedef struct ga_sides {
    double left;  /* slope below x as measured */
    double right; /* slope above x as measured */
    double low;   /* least slope either side may have, error bars included */
    double high;  /* largest */
    int settled;  /* both bars are small beside the jump of the slope */
} ga_sides;

/* Is the even part of the two shortest pairs linear in h, beyond its noise? */
int ga_kink_shows(const ga_pairs *pairs, double noise);

/* One-sided slopes from the shortest pair, widened by their noise and truncation. */
ga_sides ga_kink_sides(const ga_pairs *pairs, double noise);

/* Do the even parts of neighbouring pairs contradict one parabola? Then there are kinks between
 * them. */
int ga_pairs_are_rough(const ga_pairs *pairs, double noise);

#endif
