/*
 * The double twin of a problem in float: the same loss, its variables matched by name.
 */
#include "validate.h"

#include <string.h>

static ga_status adopt(ga_problem *problem, ga_problem *twin)
{
    if (problem->twin) {
        ga_problem_free(twin);
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

static ga_block *find_block(const ga_problem *problem, const char *name)
{
    for (size_t b = 0; b < problem->block_count; b++) {
        if (strcmp(problem->blocks[b].name, name) == 0) {
            return &problem->blocks[b];
        }
    }
    return NULL;
}

static int has_same_shape(const ga_block *a, const ga_block *b)
{
    return a->rank == b->rank && a->role == b->role &&
           memcmp(a->shape, b->shape, (size_t)a->rank * sizeof *a->shape) == 0;
}

static ga_status match(ga_problem *problem, ga_block *block)
{
    ga_block *const like = find_block(problem->twin, block->name);
    block->like = GA_NO_INDEX;
    if (!like) {
        return block->role != GA_TRAINABLE
                   ? GA_OK
                   : ga_problem_fail(problem, "the twin has no variable `%.200s`", block->name);
    }
    if (!has_same_shape(block, like)) {
        return ga_problem_fail(problem, "variable `%.200s`: another shape or role in the twin",
                               block->name);
    }
    if (block->role == GA_TRAINABLE && like->dtype != GA_F64) {
        return ga_problem_fail(problem, "variable `%.200s`: it is not double in the twin",
                               block->name);
    }
    block->like = (size_t)(like - problem->twin->blocks);
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
        const ga_status status = match(problem, &problem->blocks[b]);
        if (status != GA_OK) {
            return status;
        }
    }
    for (size_t b = 0; b < twin->block_count; b++) {
        const ga_block *const block = &twin->blocks[b];
        if (block->role == GA_TRAINABLE && !find_block(problem, block->name)) {
            return ga_problem_fail(problem, "the twin has a variable `%.200s` that `%.200s` lacks",
                                   block->name, problem->name);
        }
    }
    return GA_OK;
}
