/*
 * A line through the point: all that the measuring code knows of a loss.
 *
 * A line is the function t -> f(x + t v), evaluated once per call. For one element of one variable
 * v is a unit vector, and t has the units of that element; for a dense line v moves everything at
 * once and t is a share of each element's own scale. Whoever describes the line evaluates it: this
 * code never sees a callback, a buffer or a variable.
 *
 *     static double bowl(void *context, double t)
 *     {
 *         const double x = *(const double *)context + t;
 *         return x * x;
 *     }
 *
 *     double x = 3.0;
 *     const ga_line line = {.value = bowl, .context = &x, .at = x, .scale = fabs(x),
 *                           .reach = fabs(x), .below = INFINITY, .above = INFINITY};
 */
#ifndef GA_MEASURE_LINE_H
#define GA_MEASURE_LINE_H

#include <stdint.h>

/* The loss at x + t v, or NaN where it has no value. Any double may come back. */
typedef double ga_line_value(void *context, double t);

typedef struct ga_line {
    ga_line_value *value; /* one evaluation of the loss per call */
    void *context;
    double at;       /* coordinate at t = 0; 0 for a dense line */
    double scale;    /* natural length: |x_i|, or the rms of its tensor, or 1; above 0 */
    double reach;    /* longest sensible step: the larger of scale and 0.3 rms of the tensor */
    double below;    /* steps stay in [-below, above]; INFINITY where the line is free, */
    double above;    /* 0 where there is no room at all */
    int is_float;    /* the coordinate is stored as a float: at + t must be one, too */
    uint64_t stream; /* the line's name; its random numbers depend on this and the seed alone */
} ga_line;

/*
 * Hand out some line of the problem, an element chosen by `random` (any 64 bits). Returns 1 and
 * fills *out, or 0 when there is none. The line is used up before the next one is asked for.
 */
typedef int ga_line_source(void *context, uint64_t random, ga_line *out);

#endif
