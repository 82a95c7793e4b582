/*
 * The rules of a description and their sentences.
 *
 * Each test is written so that NaN fails it. A long name is cut in the sentence, so that the number
 * after it is still read.
 */
#include "validate.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define QUOTED "`%.200s`"

/* A number, or a few words around one. */
typedef struct number_text {
    char text[40];
} number_text;

/* printf() may write a NaN as "-nan", which tells nobody anything. */
static number_text number(double value)
{
    number_text out;
    if (isnan(value)) {
        (void)snprintf(out.text, sizeof out.text, "NaN");
    } else {
        (void)snprintf(out.text, sizeof out.text, "%.9g", value);
    }
    return out;
}

/* " at element 7", or nothing. */
static number_text at_element(size_t index)
{
    number_text out = {""};
    if (index != GA_NO_INDEX) {
        (void)snprintf(out.text, sizeof out.text, " at element %zu", index);
    }
    return out;
}

ga_status ga_validate_named(ga_problem *problem, const char *what, const char *name,
                            const char *file, int line)
{
    if (name && *name) {
        return GA_OK;
    }
    if (!file) {
        return ga_problem_fail(problem, "no name is given for the %s", what);
    }
    return ga_problem_fail(problem, "the %s registered at %.200s:%d has no name", what, file, line);
}

ga_status ga_validate_unused(ga_problem *problem, const char *name, const ga_block *blocks,
                             size_t count)
{
    for (size_t i = 0; i < count; ++i) {
        if (strcmp(blocks[i].name, name) != 0) {
            continue;
        }
        if (!blocks[i].file) {
            return ga_problem_fail(problem, "variable " QUOTED ": the name is in use", name);
        }
        return ga_problem_fail(problem, "variable " QUOTED ": the name is in use since %.200s:%d",
                               name, blocks[i].file, blocks[i].line);
    }
    return GA_OK;
}

ga_status ga_validate_dtype(ga_problem *problem, const char *name, ga_dtype dtype)
{
    if (dtype == GA_F32 || dtype == GA_F64) {
        return GA_OK;
    }
    if (dtype == GA_DTYPE_NOT_SAID) {
        return ga_problem_fail(problem, "variable " QUOTED ": dtype is not said (GA_F32 or GA_F64)",
                               name);
    }
    return ga_problem_fail(problem, "variable " QUOTED ": dtype %d is neither GA_F32 nor GA_F64",
                           name, (int)dtype);
}

ga_status ga_validate_role(ga_problem *problem, const char *name, ga_role role)
{
    if (role == GA_TRAINABLE || role == GA_FROZEN || role == GA_STATE) {
        return GA_OK;
    }
    return ga_problem_fail(
        problem, "variable " QUOTED ": role %d is none of GA_TRAINABLE, GA_FROZEN, GA_STATE", name,
        (int)role);
}

ga_status ga_validate_rank(ga_problem *problem, const char *name, int rank, const size_t *shape)
{
    if (rank < 0 || rank > GA_MAX_RANK) {
        return ga_problem_fail(problem, "variable " QUOTED ": rank %d is outside 0..%d", name, rank,
                               GA_MAX_RANK);
    }
    if (rank == 0 && shape[0] != 0) {
        return ga_problem_fail(
            problem, "variable " QUOTED ": rank 0 means a scalar, but its shape begins with %zu",
            name, shape[0]);
    }
    return GA_OK;
}

/* "4 x 16" */
static void print_shape(char *text, size_t size, int rank, const size_t *shape)
{
    size_t used = 0;
    for (int i = 0; i < rank && used < size; ++i) {
        const int written =
            snprintf(text + used, size - used, "%s%zu", i > 0 ? " x " : "", shape[i]);
        used += written > 0 ? (size_t)written : 0;
    }
}

ga_status ga_validate_shape(ga_problem *problem, const char *name, int rank, const size_t *shape,
                            size_t element_size, size_t *count)
{
    char text[GA_MAX_RANK * 24] = "";
    print_shape(text, sizeof text, rank, shape);

    for (int i = 0; i < rank; ++i) {
        if (shape[i] == 0) {
            return ga_problem_fail(problem, "variable " QUOTED ": its shape %s has no elements",
                                   name, text);
        }
    }
    size_t product = 1;
    int fits = 1;
    for (int i = 0; i < rank && fits; ++i) {
        fits = ga_size_multiply(product, shape[i], &product);
    }
    size_t bytes = 0;
    if (!fits || !ga_size_multiply(product, element_size, &bytes) || bytes > PTRDIFF_MAX) {
        return ga_problem_fail(
            problem, "variable " QUOTED ": its shape %s is larger than any memory", name, text);
    }
    *count = product;
    return GA_OK;
}

ga_status ga_validate_rtol(ga_problem *problem, const char *name, double rtol)
{
    if (isfinite(rtol) && rtol >= 0.0) {
        return GA_OK;
    }
    return ga_problem_fail(problem,
                           "variable " QUOTED ": rtol %s is not a finite number of at least 0",
                           name, number(rtol).text);
}

ga_status ga_validate_scale(ga_problem *problem, const char *name, double gradient_scale)
{
    if (isfinite(gradient_scale)) {
        return GA_OK;
    }
    return ga_problem_fail(problem, "variable " QUOTED ": gradient_scale %s is not finite", name,
                           number(gradient_scale).text);
}

ga_status ga_validate_bounds(ga_problem *problem, const char *name, size_t index, double lower,
                             double upper)
{
    if (lower <= upper) {
        return GA_OK;
    }
    if (isnan(lower) || isnan(upper)) {
        return ga_problem_fail(problem, "variable " QUOTED ": its %s bound%s is NaN", name,
                               isnan(lower) ? "lower" : "upper", at_element(index).text);
    }
    return ga_problem_fail(problem,
                           "variable " QUOTED ": its lower bound %s%s is above its upper bound %s",
                           name, number(lower).text, at_element(index).text, number(upper).text);
}

ga_status ga_validate_finite(ga_problem *problem, const char *name, size_t index, double start)
{
    if (isfinite(start)) {
        return GA_OK;
    }
    return ga_problem_fail(problem, "variable " QUOTED ": its start%s is %s, not a finite number",
                           name, at_element(index).text, number(start).text);
}

ga_status ga_validate_within(ga_problem *problem, const char *name, size_t index, double start,
                             double lower, double upper)
{
    if (start >= lower && start <= upper) {
        return GA_OK;
    }
    return ga_problem_fail(
        problem, "variable " QUOTED ": its start %s%s is outside its bounds [%s, %s]", name,
        number(start).text, at_element(index).text, number(lower).text, number(upper).text);
}

ga_status ga_fail_struct(ga_problem *problem, const char *function, const void *from, size_t size)
{
    if (!from) {
        return ga_problem_fail(problem, "%s was given no description", function);
    }
    return ga_problem_fail(
        problem, "%s was given a description of %zu bytes: no gradaudit.h has one", function, size);
}

ga_status ga_no_memory(ga_problem *problem, const char *what, const char *name)
{
    (void)ga_problem_fail(problem, "%s " QUOTED ": out of memory", what, name);
    return GA_ENOMEM;
}
