/*
 * All elements of a problem as one vector, for those who move many at once.
 *
 * The residual of a gradient is the vector (slope - claim); along a direction v it is the number
 * (slope - claim).v, which a few evaluations measure. Whoever describes a field evaluates it: this
 * code never sees a callback, a buffer or a variable.
 */
#ifndef GA_MEASURE_FIELD_H
#define GA_MEASURE_FIELD_H

#include "probe.h"
#include "profile.h"
#include "sweep.h"

/* A direction restricted to the elements first <= j < end. The same (kind, number) has the same
 * share in an element whatever the range. */
typedef struct ga_course {
    ga_sweep_kind kind;
    uint32_t number;
    size_t first, end;
} ga_course;

/* One evaluation: the loss at x + t v, and the change from x that the gradient predicts for the
 * displacement really applied. value is NaN where the loss has none or the budget is spent. */
typedef struct ga_request {
    ga_course course;
    double t;
    double value, predicted;
} ga_request;

/* What the gradient says of a course; no evaluation. */
typedef struct ga_prospect {
    double claimed;  /* g.v */
    double size;     /* sqrt(sum (g_j v_j)^2) */
    double rounding; /* what (claim.v) may be off by the gradient's own rounding and its rtol */
    double room;     /* longest |t| that stays within the bounds; INFINITY: no bounds */
} ga_prospect;

typedef struct ga_field {
    void *context;
    size_t count;             /* elements */
    const size_t *boundaries; /* of the variables: [0] = 0, rising, [variables] = count */
    size_t variables;
    const ga_profile *profile; /* f(x), noise, seed */
    double size;               /* G: sqrt(sum (g_j s_j)^2) over all elements */

    /* Evaluates all requests, in any order and perhaps at the same time; the results do not depend
     * on that. 0: the budget is spent, and some values are NaN for that reason. */
    int (*evaluate)(void *context, ga_request *requests, size_t count);

    void (*look_ahead)(void *context, const ga_course *course, ga_prospect *out);

    /* v_j for first <= j < first + count, whatever course->first and end are. */
    void (*shares)(void *context, const ga_course *course, size_t first, size_t count, double *v);

    /*
     * Probe one element that directions say is off by residual +- bar (slope - claim). 1: it is
     * wrong, and *measured +- *uncertainty is its slope minus its claim; 0: it is right, or nothing
     * can be said; -1: the budget is spent.
     */
    int (*confirm)(void *context, size_t element, double residual, double bar, double *measured,
                   double *uncertainty);
} ga_field;

#endif
