/*
 * What a description must satisfy, each rule with its sentence.
 *
 * A rule that is broken makes the problem carry a sentence which names the variable and the number,
 * and returns GA_EINVAL; one that holds returns GA_OK and leaves no trace.
 */
#ifndef GRADAUDIT_VALIDATE_H
#define GRADAUDIT_VALIDATE_H

#include "problem.h"

/* Something has a name. `what` is "variable", "slice" or "input"; the place may be NULL. */
ga_status ga_validate_named(ga_problem *problem, const char *what, const char *name,
                            const char *file, int line);

/* No block of the list has this name. */
ga_status ga_validate_unused(ga_problem *problem, const char *name, const ga_block *blocks,
                             size_t count);

ga_status ga_validate_dtype(ga_problem *problem, const char *name, ga_dtype dtype);
ga_status ga_validate_role(ga_problem *problem, const char *name, ga_role role);
ga_status ga_validate_rank(ga_problem *problem, const char *name, int rank, const size_t *shape);

/* Its elements, *count of them, fit into one object in memory. The rank is a valid one. */
ga_status ga_validate_shape(ga_problem *problem, const char *name, int rank, const size_t *shape,
                            size_t element_size, size_t *count);

ga_status ga_validate_rtol(ga_problem *problem, const char *name, double rtol);
ga_status ga_validate_scale(ga_problem *problem, const char *name, double gradient_scale);

/* Neither bound is NaN and they do not cross; index: of which element, GA_NO_INDEX: of all. */
ga_status ga_validate_bounds(ga_problem *problem, const char *name, size_t index, double lower,
                             double upper);

/* One element's start is finite; it lies within its bounds. */
ga_status ga_validate_finite(ga_problem *problem, const char *name, size_t index, double start);
ga_status ga_validate_within(ga_problem *problem, const char *name, size_t index, double start,
                             double lower, double upper);

/* Makes the problem carry that ga_copy_struct() refused what `function` was given. Always
 * GA_EINVAL. */
ga_status ga_fail_struct(ga_problem *problem, const char *function, const void *from, size_t size);

/* Makes the problem carry that memory ran out, so that an audit without the variable cannot pass
 * for one with it. Always GA_ENOMEM. */
ga_status ga_no_memory(ga_problem *problem, const char *what, const char *name);

#endif
