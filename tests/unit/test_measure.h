/* What the tests of lib/measure share: lines over plain functions that watch their own bounds. */
#ifndef GA_TEST_MEASURE_H
#define GA_TEST_MEASURE_H

#include "measure.h"

#include <math.h>

/* A function of one variable, at a point, as a line. */
typedef struct subject {
    double (*value)(double x);
    double x;
    double below;
    double above;
    int is_float;
    int calls;
    int strayed; /* a step left the bounds, or was no float where it must be one */
} subject;

static inline double subject_value(void *context, double t)
{
    subject *s = context;
    const double x = s->x + t;
    s->calls++;
    s->strayed += !(t >= -s->below && t <= s->above);
    s->strayed += s->is_float && (double)(float)x != x;
    return s->value(x);
}

static inline subject subject_at(double (*value)(double x), double x)
{
    return (subject){.value = value, .x = x, .below = (double)INFINITY, .above = (double)INFINITY};
}

static inline ga_line subject_line(subject *s)
{
    const double scale = s->x != 0.0 ? fabs(s->x) : 1.0;
    return (ga_line){
        .value = subject_value,
        .context = s,
        .at = s->x,
        .scale = scale,
        .reach = scale,
        .below = s->below,
        .above = s->above,
        .is_float = s->is_float,
        .stream = 7,
    };
}

static inline int subject_pick(void *context, uint64_t random, ga_line *out)
{
    (void)random;
    *out = subject_line(context);
    return 1;
}

/* Profile and probe in one go, as a run over a single element would. */
static inline ga_probe subject_probe(subject *s, double analytic, double rtol, uint64_t seed)
{
    ga_profile profile;
    ga_line line = subject_line(s);
    ga_probe probe;
    const ga_claim claim = {.analytic = analytic, .rtol = rtol, .rounding = 1e-15 * fabs(analytic)};

    ga_profile_begin(&profile, s->value(s->x), seed);
    line.stream = 0;
    ga_profile_noise(&profile, &line, subject_pick, s);
    line.stream = 7;
    ga_probe_element(&profile, &line, &claim, &probe);
    return probe;
}

#endif
