/*
 * Problems over one vector of doubles, and the slices that name its parts.
 */
#include "validate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WHOLE "x" /* the vector's name until slices name its parts */

static ga_status validate_vector(ga_problem *problem, const ga_flat *flat)
{
    if (flat->n == 0) {
        return ga_problem_fail(problem, "variable `" WHOLE "`: n is 0, there are no elements");
    }
    size_t count = 0;
    if (ga_validate_shape(problem, WHOLE, 1, &flat->n, sizeof *flat->x, &count) != GA_OK) {
        return GA_EINVAL;
    }
    if (!flat->x) {
        return ga_problem_fail(problem, "variable `" WHOLE "`: no address of its %zu values",
                               flat->n);
    }
    for (size_t i = 0; i < flat->n; ++i) {
        const double lower = flat->lower ? flat->lower[i] : -HUGE_VAL;
        const double upper = flat->upper ? flat->upper[i] : HUGE_VAL;
        if (ga_validate_finite(problem, WHOLE, i, flat->x[i]) != GA_OK ||
            ga_validate_bounds(problem, WHOLE, i, lower, upper) != GA_OK ||
            ga_validate_within(problem, WHOLE, i, flat->x[i], lower, upper) != GA_OK) {
            return GA_EINVAL;
        }
    }
    return GA_OK;
}

static ga_status validate_flat(ga_problem *problem, const ga_flat *flat)
{
    if (flat->name && !*flat->name) {
        return ga_problem_fail(problem, "the problem's name is empty");
    }
    if (!flat->loss && !flat->both) {
        return ga_problem_fail(problem, "problem `%.200s`: no loss: give .loss or .both",
                               problem->name);
    }
    if (!flat->grad && !flat->both) {
        return ga_problem_fail(problem, "problem `%.200s`: no gradient: give .grad or .both",
                               problem->name);
    }
    if (ga_validate_rtol(problem, WHOLE, flat->rtol) != GA_OK ||
        ga_validate_scale(problem, WHOLE, flat->gradient_scale) != GA_OK) {
        return GA_EINVAL;
    }
    return validate_vector(problem, flat);
}

/* NULL: no memory. */
static double *copy_vector(const double *values, size_t n)
{
    double *const copy = malloc(n * sizeof *copy);
    if (copy) {
        memcpy(copy, values, n * sizeof *copy);
    }
    return copy;
}

static ga_status copy_vectors(ga_problem *problem, const ga_flat *flat)
{
    problem->x = copy_vector(flat->x, flat->n);
    problem->lower = flat->lower ? copy_vector(flat->lower, flat->n) : NULL;
    problem->upper = flat->upper ? copy_vector(flat->upper, flat->n) : NULL;
    problem->file = flat->file ? ga_copy_text(flat->file) : NULL;
    const int complete = problem->x && (problem->lower || !flat->lower) &&
                         (problem->upper || !flat->upper) && (problem->file || !flat->file);
    return complete ? GA_OK : GA_ENOMEM;
}

/* Fills a fresh problem; what the description borrows is replaced by the problem's own copies. */
static ga_status describe(ga_problem *problem, const ga_flat *flat)
{
    const ga_status valid = validate_flat(problem, flat);
    if (valid == GA_OK && copy_vectors(problem, flat) != GA_OK) {
        return GA_ENOMEM;
    }
    problem->is_flat = 1;
    problem->user = flat->user;
    problem->flat = *flat;
    problem->flat.name = problem->name;
    problem->flat.file = problem->file;
    problem->flat.x = problem->x;
    problem->flat.lower = problem->lower;
    problem->flat.upper = problem->upper;
    problem->flat.gradient_scale = flat->gradient_scale != 0.0 ? flat->gradient_scale : 1.0;
    return valid;
}

ga_status ga_problem_flat_sized(const char *file, int line, size_t size, const ga_flat *description,
                                ga_problem **out)
{
    if (!out) {
        return GA_EINVAL;
    }
    ga_flat flat;
    const int readable = ga_copy_struct(&flat, sizeof flat, description, size);
    *out = ga_problem_allocate(flat.name && *flat.name ? flat.name : "loss");
    if (!*out) {
        return GA_ENOMEM;
    }
    if (!readable) {
        (*out)->is_flat = 1;
        return ga_fail_struct(*out, "ga_problem_flat()", description, size);
    }
    if (!flat.file) {
        flat.file = file;
        flat.line = line;
    }
    const ga_status status = describe(*out, &flat);
    if (status == GA_ENOMEM) {
        ga_problem_free(*out);
        *out = NULL;
    }
    return status;
}

static ga_status validate_range(ga_problem *problem, const ga_slice *slice, size_t count)
{
    const size_t n = problem->flat.n;
    if (slice->offset < n && count <= n - slice->offset) {
        return GA_OK;
    }
    return ga_problem_fail(problem,
                           "variable `%.200s`: %zu element%s from offset %zu do not lie within the "
                           "%zu of x",
                           slice->name, count, count == 1 ? "" : "s", slice->offset, n);
}

static ga_status validate_slice(ga_problem *problem, const ga_slice *slice, size_t *count)
{
    const char *const name = slice->name;
    if (ga_validate_named(problem, "slice", name, slice->file, slice->line) != GA_OK) {
        return GA_EINVAL;
    }
    if (!problem->is_flat) {
        return ga_problem_fail(problem,
                               "slice `%.200s`: only a flat problem has slices: register a "
                               "variable with ga_problem_add()",
                               name);
    }
    if (ga_validate_unused(problem, name, problem->slices, problem->slice_count) != GA_OK ||
        ga_validate_role(problem, name, slice->role) != GA_OK ||
        ga_validate_rank(problem, name, slice->rank, slice->shape) != GA_OK ||
        ga_validate_shape(problem, name, slice->rank, slice->shape, sizeof(double), count) !=
            GA_OK ||
        ga_validate_rtol(problem, name, slice->rtol) != GA_OK) {
        return GA_EINVAL;
    }
    return validate_range(problem, slice, *count);
}

/* GA_ENOMEM: the list is as it was. */
static ga_status keep_slice(ga_problem *problem, const ga_slice *slice, size_t count)
{
    ga_block part = {
        .dtype = GA_F64,
        .role = slice->role,
        .rank = slice->rank,
        .count = count,
        .offset = slice->offset,
        .is_tensor = 1,
        .lower = -HUGE_VAL,
        .upper = HUGE_VAL,
        .rtol = slice->rtol > 0.0 ? slice->rtol : problem->flat.rtol,
        .accumulates = problem->flat.accumulates,
        .gradient_scale = problem->flat.gradient_scale,
        .line = slice->line,
    };
    memcpy(part.shape, slice->shape, (size_t)slice->rank * sizeof *part.shape);
    ga_block *kept = NULL;
    if (ga_block_name(&part, slice->name, slice->file) == GA_OK) {
        kept = ga_grow((void **)&problem->slices, &problem->slice_count, &problem->slice_capacity,
                       sizeof *kept);
    }
    if (!kept) {
        ga_block_clear(&part);
        return ga_no_memory(problem, "slice", slice->name);
    }
    *kept = part;
    return GA_OK;
}

ga_status ga_problem_slice_sized(ga_problem *problem, const char *file, int line, size_t size,
                                 const ga_slice *slice)
{
    const ga_status changeable = ga_problem_changeable(problem);
    if (changeable != GA_OK) {
        return changeable;
    }
    if (problem->locked) {
        return GA_ELOCKED;
    }
    ga_slice copy;
    if (!ga_copy_struct(&copy, sizeof copy, slice, size)) {
        return ga_fail_struct(problem, "ga_problem_slice()", slice, size);
    }
    if (!copy.file) {
        copy.file = file;
        copy.line = line;
    }
    size_t count = 0;
    const ga_status valid = validate_slice(problem, &copy, &count);
    return valid == GA_OK ? keep_slice(problem, &copy, count) : valid;
}
