/*
 * What all elements of one run share: the value at the point, the noise, the options.
 *
 * A profile is made once, in four steps, and is const from then on, so that elements may be probed
 * in any order, by any number of workers, with the same result:
 *
 *     ga_profile profile;
 *     ga_profile_begin(&profile, f0, seed);
 *     ga_profile_see(&profile, value);                  // for any value seen anyway; optional
 *     ga_profile_noise(&profile, &dense, pick, context);   // 7 evaluations on a clean loss
 *     for (each element of a small pilot, in a fixed order) {   // optional
 *         ga_probe_element(&profile, &line, &claim, &probe);
 *         ga_profile_learn(&profile, &probe);
 *     }
 */
#ifndef GA_MEASURE_PROFILE_H
#define GA_MEASURE_PROFILE_H

#include "line.h"
#include "values.h"

#include <stdint.h>

struct ga_probe;

typedef struct ga_profile {
    ga_values values; /* f(x), and what values seen so far say of the loss's arithmetic */
    double noise;     /* standard deviation of the loss along one element, units of the loss */
    double quiet;     /* the same up close, where `noise` is above rounding; below 0: not known */
    int moves;        /* the loss moved along a noise table: a quantum would show in `noise` */
    int fine;         /* noise depends on the direction: kinks or fine structure */
    int refusals;     /* how often an element hoped for less noise of its own, and had none */
    int glances;      /* first glances taken by the pilot, */
    int glances_won;  /* and how many of them were enough */
    int kinks;        /* elements of the pilot along which kinks showed */
    int evaluations;  /* spent on this profile so far */
    uint64_t seed;
    double resolution; /* a PASS needs a bar of at most this share of the slope's scale: 0.01 */
    int strict;        /* a PASS needs what the gradient may err, nothing wider */
} ga_profile;

/* Start with f(x), which must be finite, nothing else seen, and the default options. */
void ga_profile_begin(ga_profile *profile, double f0, uint64_t seed);

/*
 * Show a value of the loss at any other point. One value at a generic point decides whether the
 * loss is a float: f(x) alone may be one by chance, as 0 and 1 are.
 */
void ga_profile_see(ga_profile *profile, double value);

/*
 * Measure the noise. `dense` moves every element by its scale; it may be NULL. Where it shows more
 * than rounding, or rounds its coordinates while the loss does not, elements handed out by `pick`
 * are measured too (pick may be NULL), for a dense line crosses kinks that no single element meets.
 */
void ga_profile_noise(ga_profile *profile, const ga_line *dense, ga_line_source *pick,
                      void *context);

/* Take over what the probe of one element found out about the loss as a whole. */
void ga_profile_learn(ga_profile *profile, const struct ga_probe *probe);

/* Noise up to 50 roundings of the result is a clean loss: what summing many terms leaves behind. */
double ga_profile_clean(const ga_values *values);

#endif
