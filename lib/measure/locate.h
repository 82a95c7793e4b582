/*
 * Which elements are wrong? Residuals along directions are linear in the fault: for one wrong
 * element their ratios name it, with no further evaluation; several are separated by halving the
 * range; what was found is subtracted, and what is left must vanish within the bars.
 */
#ifndef GA_MEASURE_LOCATE_H
#define GA_MEASURE_LOCATE_H

#include "gradaudit/gradaudit.h"

#include "direction.h"

typedef struct ga_located {
    size_t element;
    double residual, bar; /* slope - claim, as confirmed by the element probe */
} ga_located;

/* Part of one variable in which too many elements are wrong to name them. */
typedef struct ga_dense {
    size_t first, end;
} ga_dense;

typedef struct ga_search {
    ga_located *found; /* by rising element; confirmed, each of them */
    size_t count, capacity;
    ga_dense *dense;
    size_t dense_count, dense_capacity;
    int unexplained;    /* something disagrees that neither explains */
    int spent;          /* the budget ended the search */
    size_t evaluations; /* for locating, those of `confirm` apart */
} ga_search;

/*
 * Search first <= j < end, over which `known` directions were measured: at least one hybrid one,
 * and that of sign(g) may be among them. Nothing is evaluated when they agree with the gradient,
 * and for one or two wrong elements seldom anything but what confirms them. The remaining cost is
 * about four evaluations an element in double, ten in float.
 *
 * Adds to *search, which begins as {0}. What is found was confirmed, in any case; what was not
 * found is below the bars of `known`, or `unexplained` or `spent` is set. GA_ENOMEM is the only
 * failure.
 */
ga_status ga_locate(const ga_field *field, size_t first, size_t end, const ga_direction *known,
                    size_t count, ga_search *search);

void ga_search_free(ga_search *search);

#endif
