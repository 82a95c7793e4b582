/*
 * Variables in the user's own buffers, and the data that a loss reads beside them.
 */
#include "intrusion.h"
#include "validate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Filling the gradient would destroy the values. */
static ga_status validate_buffers(ga_problem *problem, const ga_variable *variable, size_t count)
{
    if (!variable->value) {
        return ga_problem_fail(problem, "variable `%.200s`: no address of its values",
                               variable->name);
    }
    const uintptr_t bytes = (uintptr_t)(count * ga_dtype_size(variable->dtype));
    const uintptr_t value = (uintptr_t)variable->value;
    const uintptr_t grad = (uintptr_t)variable->grad;
    const uintptr_t apart = value > grad ? value - grad : grad - value;
    if (variable->grad && apart < bytes) {
        return ga_problem_fail(problem,
                               "variable `%.200s`: its gradient lies %zu bytes from its values, "
                               "which are %zu bytes: they share memory",
                               variable->name, (size_t)apart, (size_t)bytes);
    }
    return GA_OK;
}

/* State may start as anything: it is the loss that fills it. */
static ga_status validate_start(ga_problem *problem, const ga_variable *variable, size_t count,
                                double lower, double upper)
{
    const char *const name = variable->name;
    if (ga_validate_bounds(problem, name, GA_NO_INDEX, lower, upper) != GA_OK) {
        return GA_EINVAL;
    }
    for (size_t i = 0; i < count && variable->role != GA_STATE; ++i) {
        const double start = ga_element_of(variable->value, variable->dtype, i);
        if (ga_validate_finite(problem, name, i, start) != GA_OK ||
            ga_validate_within(problem, name, i, start, lower, upper) != GA_OK) {
            return GA_EINVAL;
        }
    }
    return GA_OK;
}

static ga_status validate_variable(ga_problem *problem, const ga_variable *variable, size_t *count)
{
    const char *const name = variable->name;
    if (ga_validate_named(problem, "variable", name, variable->file, variable->line) != GA_OK) {
        return GA_EINVAL;
    }
    if (problem->is_flat) {
        return ga_problem_fail(problem,
                               "variable `%.200s`: a flat problem has no variables of its own: "
                               "name a part of x with ga_problem_slice()",
                               name);
    }
    if (ga_validate_unused(problem, name, problem->blocks, problem->block_count) != GA_OK ||
        ga_validate_dtype(problem, name, variable->dtype) != GA_OK ||
        ga_validate_role(problem, name, variable->role) != GA_OK ||
        ga_validate_rank(problem, name, variable->rank, variable->shape) != GA_OK ||
        ga_validate_shape(problem, name, variable->rank, variable->shape,
                          ga_dtype_size(variable->dtype), count) != GA_OK ||
        ga_validate_rtol(problem, name, variable->rtol) != GA_OK ||
        ga_validate_scale(problem, name, variable->gradient_scale) != GA_OK) {
        return GA_EINVAL;
    }
    return validate_buffers(problem, variable, *count);
}

/* GA_ENOMEM: the list is as it was. */
static ga_status keep_variable(ga_problem *problem, const ga_variable *variable, size_t count,
                               double lower, double upper)
{
    ga_block block = {
        .value = variable->value,
        .grad = variable->grad,
        .dtype = variable->dtype,
        .role = variable->role,
        .rank = variable->rank,
        .count = count,
        .is_tensor = 1,
        .lower = lower,
        .upper = upper,
        .rtol = variable->rtol,
        .accumulates = variable->accumulates,
        .gradient_scale = variable->gradient_scale != 0.0 ? variable->gradient_scale : 1.0,
        .line = variable->line,
    };
    memcpy(block.shape, variable->shape, (size_t)variable->rank * sizeof *block.shape);
    ga_block *kept = NULL;
    if (ga_block_name(&block, variable->name, variable->file) == GA_OK) {
        kept = ga_grow((void **)&problem->blocks, &problem->block_count, &problem->block_capacity,
                       sizeof *kept);
    }
    if (!kept) {
        ga_block_clear(&block);
        return ga_no_memory(problem, "variable", variable->name);
    }
    *kept = block;
    return GA_OK;
}

static ga_status add(ga_problem *problem, const ga_variable *variable)
{
    size_t count = 0;
    if (validate_variable(problem, variable, &count) != GA_OK) {
        return GA_EINVAL;
    }
    const int bounded = variable->lower != 0.0 || variable->upper != 0.0; /* NaN is a bound, too */
    const double lower = bounded ? variable->lower : -HUGE_VAL;
    const double upper = bounded ? variable->upper : HUGE_VAL;
    if (validate_start(problem, variable, count, lower, upper) != GA_OK) {
        return GA_EINVAL;
    }
    return keep_variable(problem, variable, count, lower, upper);
}

/* Whether the loss has been called, so that a registration is evidence and nothing more. */
static int is_too_late(const ga_problem *problem)
{
    return problem && !problem->error && (problem->locked || problem->busy);
}

ga_status ga_problem_add_sized(ga_problem *problem, const char *file, int line, size_t size,
                               const ga_variable *variable)
{
    ga_variable copy;
    const int readable = ga_copy_struct(&copy, sizeof copy, variable, size);
    if (!copy.file) {
        copy.file = file;
        copy.line = line;
    }
    if (is_too_late(problem)) {
        return ga_note_intrusion(problem, copy.name, copy.file, copy.line);
    }
    const ga_status changeable = ga_problem_changeable(problem);
    if (changeable != GA_OK) {
        return changeable;
    }
    if (!readable) {
        return ga_fail_struct(problem, "ga_problem_add()", variable, size);
    }
    return add(problem, &copy);
}

ga_status ga_problem_add_typed(ga_problem *problem, const char *name, void *value, void *grad,
                               ga_dtype dtype, int rank, const size_t *shape, const char *file,
                               int line)
{
    ga_variable variable = {
        .name = name,
        .value = value,
        .grad = grad,
        .dtype = dtype,
        .rank = rank,
        .file = file,
        .line = line,
    };
    if (shape && rank > 0 && rank <= GA_MAX_RANK) {
        memcpy(variable.shape, shape, (size_t)rank * sizeof *shape);
    }
    return ga_problem_add_sized(problem, file, line, sizeof variable, &variable);
}

ga_status ga_problem_input(ga_problem *problem, const char *name, const void *data, size_t bytes)
{
    const ga_status changeable = ga_problem_changeable(problem);
    if (changeable != GA_OK) {
        return changeable;
    }
    if (ga_validate_named(problem, "input", name, NULL, 0) != GA_OK) {
        return GA_EINVAL;
    }
    if (!data) {
        return ga_problem_fail(problem, "input `%.200s`: no address of its %zu bytes", name, bytes);
    }
    if (bytes == 0 || bytes > PTRDIFF_MAX) {
        return ga_problem_fail(problem, "input `%.200s`: %zu bytes cannot be", name, bytes);
    }

    char *const copy = ga_copy_text(name);
    ga_input *input = NULL;
    if (copy) {
        input = ga_grow((void **)&problem->inputs, &problem->input_count, &problem->input_capacity,
                        sizeof *input);
    }
    if (!input) {
        free(copy);
        return ga_no_memory(problem, "input", name);
    }
    *input = (ga_input){.name = copy, .data = data, .bytes = bytes};
    return GA_OK;
}
