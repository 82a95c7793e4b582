/*
 * How rough is the loss along a direction?
 *
 * A line that moves every element crosses kinks all the time. Seen from some way off, its slope is
 * a smooth function plus a Brownian motion that starts at x, of variance sigma^2 t, and what two
 * pairs of values at h and h/r disagree about shows sigma in two independent ways:
 *
 *     d(h) - d(h/r)        slopes        variance  sigma^2 h (1 - 1/r)^2 / 6
 *     c(h) - r^2 c(h/r)    even parts    variance  sigma^2 h^3 (2/3) (r - 1)^2 / r
 *
 * beside the noise of the values. The error of d(h) itself, which no pair shows, has the variance
 * sigma^2 h/6. A smooth loss appears to have sigma ~ h^1.5 f''', by which its truncation is covered
 * many times over.
 */
#ifndef GA_MEASURE_ROUGHNESS_H
#define GA_MEASURE_ROUGHNESS_H

#include "direction.h"

typedef struct ga_roughness {
    double sigma;  /* for which the squares of all disagreements are what they should be; 0 where
                      noise explains them. Units: loss / t^1.5 */
    double slopes; /* the same from slopes alone, */
    double evens;  /* and from even parts alone: far less than from slopes on a smooth loss */
    int freedom;   /* disagreements that went in */
    int smoother;  /* those of shorter steps are far too small for this sigma: the loss is no
                      Brownian motion, and longer steps say nothing about shorter ones */
} ga_roughness;

/* From all pairs of each direction but the `skipped` longest. `noise`: std. deviation of a value.
 */
ga_roughness ga_roughness_of(const ga_direction *const *directions, size_t count, int skipped,
                             double noise);

/* A bar spans this many standard deviations of the error when sigma rests on so few numbers. */
double ga_roughness_reach(int freedom);

/* Whether even parts fall like h, not like h^2, beyond what noise explains. */
int ga_roughness_shows_kinks(const ga_direction *direction, double noise);

#endif
