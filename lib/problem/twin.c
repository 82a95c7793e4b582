/*
 * The double twin of a problem in float: the same loss, its variables matched by name.
 */
#include "validate.h"

#include <string.h>

static ga_status adopt(ga_problem *problem, ga_problem *twin)
{
    if (problem->twin) {
        if (twin != problem->twin) {
            ga_problem_free(twin);
        }
        return ga_problem_fail(problem, "problem `%.200s`: a twin was given twice", problem->name);
    }
    problem->twin = twin; /* owned from here on, whatever is wrong with it */
    twin->is_twin = 1;
    if (twin->error) {
        return ga_problem_fail(problem, "the twin: %.900s", twin->error);
    }
    if (twin->twin) {
        return ga_problem_fail(problem, "problem `%.200s`: its twin has a twin of its own",
                               problem->name);
    }
    return GA_OK;
}

ga_status ga_problem_twin(ga_problem *problem, ga_problem *twin)
{
    if (problem && problem == twin) {
        return ga_problem_fail(problem, "problem `%.200s`: it cannot be its own twin",
                               problem->name);
    }
    const ga_status changeable = ga_problem_changeable(problem);
    if (changeable != GA_OK) {
        ga_problem_free(twin);
        return changeable;
    }
    if (!twin) {
        return ga_problem_fail(problem, "problem `%.200s`: ga_problem_twin() got no twin",
                               problem->name);
    }
    return adopt(problem, twin);
}

static int has_same_shape(const ga_block *a, const ga_block *b)
{
    return a->rank == b->rank && a->role == b->role &&
           memcmp(a->shape, b->shape, (size_t)a->rank * sizeof *a->shape) == 0;
}

/* Brings the block that is like problem->blocks[b] to the same place among those of the twin. */
static ga_status match(ga_problem *problem, size_t b)
{
    ga_problem *const twin = problem->twin;
    const ga_block *const block = &problem->blocks[b];
    size_t k = b;
    while (k < twin->block_count && strcmp(twin->blocks[k].name, block->name) != 0) {
        k++;
    }
    if (k >= twin->block_count) {
        return ga_problem_fail(problem, "the twin has no variable `%.200s`", block->name);
    }
    const ga_block like = twin->blocks[k];
    if (!has_same_shape(block, &like)) {
        return ga_problem_fail(problem, "variable `%.200s`: another shape or role in the twin",
                               block->name);
    }
    if (block->role == GA_TRAINABLE && like.dtype != GA_F64) {
        return ga_problem_fail(problem, "variable `%.200s`: it is not double in the twin",
                               block->name);
    }
    twin->blocks[k] = twin->blocks[b];
    twin->blocks[b] = like;
    twin->blocks[b].gradient_scale = block->gradient_scale; /* what is judged is not its own */
    twin->blocks[b].rtol = block->rtol;
    twin->blocks[b].is_tensor = block->is_tensor;
    return GA_OK;
}

ga_status ga_twin_seal(ga_problem *problem)
{
    if (!problem->twin) {
        return GA_OK;
    }
    ga_problem *const twin = problem->twin;
    const ga_status sealed = ga_problem_seal(twin);
    if (sealed != GA_OK) {
        return twin->error ? ga_problem_fail(problem, "the twin: %.900s", twin->error) : sealed;
    }
    for (size_t b = 0; b < problem->block_count; b++) {
        const ga_status status = match(problem, b);
        if (status != GA_OK) {
            return status;
        }
    }
    for (size_t b = problem->block_count; b < twin->block_count; b++) {
        if (twin->blocks[b].role == GA_TRAINABLE) {
            return ga_problem_fail(problem, "the twin has a variable `%.200s` that `%.200s` lacks",
                                   twin->blocks[b].name, problem->name);
        }
    }
    return GA_OK;
}
