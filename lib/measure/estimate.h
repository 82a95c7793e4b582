/*
 * From pairs of values on both sides of x to a slope with an error bar.
 *
 * One pair at step h gives a slope d(h), off by h^2 f'''/6 when f is smooth, and an even part c(h),
 * which is h^2 f'' when f is smooth but proportional to h when f has a kink at x. Two pairs give
 * the extrapolated value of Richardson (Numerical Recipes, 3rd ed., section 5.7; Ridders, Adv. Eng.
 * Software 4, 1982) and the measured part of its error; the even parts, which cost nothing because
 * f(x) is shared by all, are a second witness.
 */
#ifndef GA_MEASURE_ESTIMATE_H
#define GA_MEASURE_ESTIMATE_H

#include "watch.h"

/* Values at x + h and x - h, as a slope and an even part. */
typedef struct ga_pair {
    double h;     /* the step, always above 0 */
    double rise;  /* f(x + h) - f(x) */
    double fall;  /* f(x) - f(x - h) */
    double slope; /* derivative of the parabola through the three points */
    double even;  /* f(x + h) + f(x - h) - 2 f(x): h^2 times that parabola's second derivative */
} ga_pair;

/* No probe can afford more pairs than this (ga_probe_element's evaluations, halved). */
enum {
    GA_PAIRS_MOST = 56
};

/* Pairs in order of falling step. */
typedef struct ga_pairs {
    ga_pair pair[GA_PAIRS_MOST];
    int count;
} ga_pairs;

typedef struct ga_estimate {
    double value;      /* slope of the loss at x */
    double bar;        /* |value - slope| is at most this: noise + truncation */
    double noise;      /* share of the bar that a longer step would shrink */
    double truncation; /* share that a shorter step would shrink */
    int at;            /* rests on pairs `at` and `at + 1`; below 0: no two pairs were usable */
} ga_estimate;

/*
 * Bars are this many standard deviations of the noise. Four leave 6e-5 for one estimate, and no
 * FAIL rests on one; 2 and 3 miss 0.6 % and 0.2 % of noisy truths, 6 gains nothing.
 */
extern const double GA_SIGMAS;

/*
 * Evaluate the pair nearest h. Nothing is stored and 0 returned when the pair is not finite, when
 * no step fits the room, or when there are too many pairs; otherwise its place is stored in *place
 * if that is not NULL, and 1 returned.
 */
int ga_pairs_add(ga_pairs *pairs, ga_watch *watch, double h, int *place);

/* Whether neither side of the pair moved the loss at all. */
int ga_pair_is_flat(const ga_pair *pair);

/* The least non-zero |f - f(x)| among all pairs, INFINITY if there is none. */
double ga_pairs_least_move(const ga_pairs *pairs);

/* The best estimate from pairs first <= k < end, given the noise of one value (std. deviation). */
ga_estimate ga_estimate_slope(const ga_pairs *pairs, int first, int end, double noise);

/*
 * Noise of c_b - r^2 c_s for unit noise, where r = h_b/h_s: the two even parts share f(x), so it is
 * sqrt(2 + 2 r^4 + (2 r^2 - 2)^2).
 */
double ga_even_amplification(double ratio);

#endif
