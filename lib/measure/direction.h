/*
 * Residuals along directions, with the roughness bar.
 *
 * The slope of the loss along a line is taken from central differences d(h) at h, h/2 (and shorter
 * ones); a loss with very many kinks behaves along a line through all elements like a smooth
 * function plus a Brownian slope of intensity sigma, which the differences between steps and the
 * even parts show (roughness.h). The bar follows from sigma, pooled over directions, and the noise;
 * it holds for networks of rectifiers, where bars from an assumed order of convergence do not.
 *
 *     const ga_course courses[5] = {{.kind = GA_SWEEP_SIGN, .end = field.count},
 *                                   {.number = 1, .end = field.count}, ...};
 *     ga_direction out[5];
 *     ga_directions_measure(&field, courses, 5, out);     // 22 evaluations where all is well
 *     if (ga_direction_disagrees(&out[1])) {
 *         printf("(slope - claim).v = %g +- %g\n", out[1].residual, out[1].bar);
 *     }
 *
 * Directions of one kind over one range are a pool, of at most eight. Two pairs of values each are
 * enough where four or more are pooled, three otherwise; a pool goes on to shorter steps while
 * these make its bars narrower. A change that the gradient predicts is taken off each value first,
 * for the displacement really applied: what is left is (slope - claim).v and the curvature.
 */
#ifndef GA_MEASURE_DIRECTION_H
#define GA_MEASURE_DIRECTION_H

#include "field.h"

enum {
    GA_DIRECTION_PAIRS = 10 /* no direction takes more */
};

typedef enum ga_direction_limit {
    GA_DIRECTION_NOISE,  /* of the loss */
    GA_DIRECTION_ROUGH,  /* kinks or curvature that no shorter step escapes */
    GA_DIRECTION_DOMAIN, /* the loss is not finite there, the bounds leave little room, or the
                            budget ended */
    GA_DIRECTION_CLAIM   /* the gradient's own rounding */
} ga_direction_limit;

typedef struct ga_direction {
    ga_course course;
    ga_prospect prospect;
    int pairs;
    double h[GA_DIRECTION_PAIRS];           /* falling */
    double residual_at[GA_DIRECTION_PAIRS]; /* of each pair: (slope - claim).v */
    double even_at[GA_DIRECTION_PAIRS]; /* f(h) + f(-h) - 2 f(0), less what rounded displacements
                                           predict */
    double residual;                    /* (slope - claim).v; NaN: not measured */
    double bar;       /* of residual, noise and roughness together; INFINITY: not measured */
    double noise;     /* its share by noise, */
    double roughness; /* and by roughness */
    double allowed;   /* what the gradient may be off by itself: prospect.rounding */
    double step;      /* the h that residual was measured at: the shortest that paid */
    int flat;         /* no evaluation moved the loss at all */
    int kinked;       /* even parts fall like h, not h^2: kinks, not curvature */
    ga_direction_limit limit;
    int evaluations;
} ga_direction;

/* Measures `count` directions together, all values of a round in one field->evaluate(). 0: the
 * budget is spent; those that have no two or three pairs by then have an infinite bar. The same
 * courses in the same order give the same bits. */
int ga_directions_measure(const ga_field *field, const ga_course *courses, size_t count,
                          ga_direction *out);

/* Whether a residual stands out of its bar and of what the gradient may err. NaN does not. */
int ga_direction_disagrees(const ga_direction *direction);

/*
 * The norm sqrt(sum (delta_j s_j)^2) above which no fault vector can have hidden from the hybrid
 * ones among `count` directions over the same range, with probability 1 - miss, given their bars:
 * c max(|r| + bar + allowed). c is for the pattern that hides best, two equal faults: 7.2 for four
 * directions and a miss of 1e-3, 3.6 for six. A single wrong element shows for certain from
 * 2 max(...) on. INFINITY when one was not measured or there is none.
 */
double ga_directions_exclude(const ga_direction *directions, size_t count, double miss);

#endif
