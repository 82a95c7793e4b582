/*
 * Residuals along directions, with the roughness bar.
 *
 * The slope of the loss along a line is taken from central differences d(h) at h, h/2 (and h/4 ...);
 * a loss with very many kinks behaves along a line through all elements like a smooth function plus
 * a Brownian derivative of intensity sig2, which the differences between steps and the even parts
 * show (docs/numerics.md). The bar follows from sig2, pooled over directions, and the noise; it
 * holds for rectifier networks, where bars from an assumed order of convergence do not.
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
    GA_DIRECTION_DOMAIN, /* the loss is not finite there, or there is no room */
    GA_DIRECTION_CLAIM   /* the gradient's own rounding */
} ga_direction_limit;

typedef struct ga_direction {
    ga_course course;
    ga_prospect prospect;
    int pairs;
    double h[GA_DIRECTION_PAIRS];        /* falling */
    double residual_at[GA_DIRECTION_PAIRS]; /* of each pair: (slope - claim).v */
    double even_at[GA_DIRECTION_PAIRS];  /* f(h) + f(-h) - 2 f(0) */
    double residual;   /* (slope - claim).v */
    double bar;        /* of residual, noise and roughness together; INFINITY: not measured */
    double noise;      /* its share by noise, */
    double roughness;  /* and by roughness */
    double allowed;    /* what the gradient may be off by itself: prospect.rounding */
    double step;       /* shortest h */
    int flat;          /* no evaluation moved the loss at all */
    int kinked;        /* even parts fall like h, not h^2: kinks, not curvature */
    ga_direction_limit limit;
    int evaluations;
} ga_direction;

/* Measures `count` directions together: their roughness is pooled. 0: the budget is spent, and
 * those not finished have an infinite bar. */
int ga_directions_measure(const ga_field *field, const ga_course *courses, size_t count,
                          ga_direction *out);

/* Whether a residual stands out of its bar and of what the gradient may err. NaN does not. */
int ga_direction_disagrees(const ga_direction *direction);

/*
 * The norm sqrt(sum (delta_j s_j)^2) above which no fault vector can have hidden from `count`
 * hybrid directions, with probability 1 - miss: c_m max(|r| + e). INFINITY when one was not
 * measured or there is none.
 */
double ga_directions_exclude(const ga_direction *directions, size_t count, double miss);

#endif
