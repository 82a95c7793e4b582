/*
 * The last step of a description: everything becomes blocks.
 *
 * A flat vector is cut at its slices; what no slice covers becomes blocks of its own, in the order
 * of x. Variables in the user's buffers are blocks already and get their place in the row.
 */
#include "validate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* A slice among its like. */
typedef struct place {
    size_t offset; /* in x */
    size_t slice;  /* index, in the order of declaration */
} place;

/* What starts at the same offset stays in the order of declaration. */
static int compare_places(const void *left, const void *right)
{
    const place *const a = left;
    const place *const b = right;
    if (a->offset != b->offset) {
        return a->offset < b->offset ? -1 : 1;
    }
    return (a->slice > b->slice) - (a->slice < b->slice);
}

static void drop_blocks(ga_problem *problem)
{
    for (size_t i = 0; i < problem->block_count; ++i) {
        ga_block_clear(&problem->blocks[i]);
    }
    problem->block_count = 0;
}

/* Adds a copy of `part`, with its own name and place. */
static ga_status append(ga_problem *problem, const ga_block *part, const char *name)
{
    ga_block block = *part;
    block.value = problem->x + part->offset;
    ga_block *kept = NULL;
    if (ga_block_name(&block, name, part->file) == GA_OK) {
        kept = ga_grow((void **)&problem->blocks, &problem->block_count, &problem->block_capacity,
                       sizeof *kept);
    }
    if (!kept) {
        ga_block_clear(&block);
        return GA_ENOMEM;
    }
    *kept = block;
    return GA_OK;
}

/* The elements first..end of x, which no slice covers: each has its own scale. */
static ga_status append_gap(ga_problem *problem, size_t first, size_t end)
{
    char name[64] = "x";
    if (problem->slice_count > 0) {
        (void)snprintf(name, sizeof name, "x[%zu:%zu]", first, end);
        if (ga_validate_unused(problem, name, problem->slices, problem->slice_count) != GA_OK) {
            return GA_EINVAL;
        }
    }
    const ga_block gap = {
        .dtype = GA_F64,
        .role = GA_TRAINABLE,
        .rank = 1,
        .shape = {end - first},
        .count = end - first,
        .offset = first,
        .lower = -HUGE_VAL,
        .upper = HUGE_VAL,
        .rtol = problem->flat.rtol,
        .accumulates = problem->flat.accumulates,
        .gradient_scale = problem->flat.gradient_scale,
        .file = problem->file,
        .line = problem->flat.line,
    };
    return append(problem, &gap, name);
}

static ga_status cut(ga_problem *problem, const place *order, size_t count)
{
    size_t covered = 0; /* elements of x that have their block */
    for (size_t i = 0; i < count; ++i) {
        const ga_block *const slice = &problem->slices[order[i].slice];
        if (slice->offset > covered) {
            const ga_status status = append_gap(problem, covered, slice->offset);
            if (status != GA_OK) {
                return status;
            }
        }
        const ga_status status = append(problem, slice, slice->name);
        if (status != GA_OK) {
            return status;
        }
        const size_t end = slice->offset + slice->count;
        covered = end > covered ? end : covered;
    }
    return covered < problem->flat.n ? append_gap(problem, covered, problem->flat.n) : GA_OK;
}

static ga_status seal_flat(ga_problem *problem)
{
    const size_t count = problem->slice_count;
    place *const order = calloc(count + 1, sizeof *order);
    if (!order) {
        return GA_ENOMEM;
    }
    for (size_t i = 0; i < count; ++i) {
        order[i] = (place){.offset = problem->slices[i].offset, .slice = i};
    }
    qsort(order, count, sizeof *order, compare_places);

    drop_blocks(problem); /* of an earlier seal */
    const ga_status status = cut(problem, order, count);
    if (status != GA_OK) {
        drop_blocks(problem);
    }
    free(order);
    return status;
}

static ga_status validate_gradients(ga_problem *problem)
{
    if (problem->step || problem->is_twin) {
        return GA_OK; /* a difference of values; or nobody asks for it */
    }
    for (size_t i = 0; i < problem->block_count; ++i) {
        const ga_block *const block = &problem->blocks[i];
        if (block->role != GA_TRAINABLE) {
            continue;
        }
        if (!problem->grad) {
            return ga_problem_fail(problem,
                                   "problem `%.200s`: no gradient callback and no "
                                   "ga_problem_update(), but variable `%.200s` is trainable",
                                   problem->name, block->name);
        }
        if (!block->grad && !problem->locate) {
            return ga_problem_fail(problem,
                                   "variable `%.200s`: it is trainable and has no gradient buffer "
                                   "(ga_problem_locate() or ga_problem_update() could do without)",
                                   block->name);
        }
    }
    return GA_OK;
}

static ga_status seal_variables(ga_problem *problem)
{
    if (!problem->loss) {
        return ga_problem_fail(problem, "problem `%.200s`: no loss: call ga_problem_callbacks()",
                               problem->name);
    }
    if (validate_gradients(problem) != GA_OK) {
        return GA_EINVAL;
    }
    size_t offset = 0;
    for (size_t i = 0; i < problem->block_count; ++i) {
        problem->blocks[i].offset = offset;
        offset += problem->blocks[i].count;
    }
    return GA_OK;
}

ga_status ga_problem_seal(ga_problem *problem)
{
    if (!problem || problem->error) {
        return GA_EINVAL;
    }
    const ga_status status = problem->is_flat ? seal_flat(problem) : seal_variables(problem);
    return status == GA_OK ? ga_twin_seal(problem) : status;
}

size_t ga_problem_elements(const ga_problem *problem)
{
    size_t elements = 0;
    for (size_t i = 0; i < problem->block_count; ++i) {
        elements += problem->blocks[i].count;
    }
    return elements;
}

size_t ga_problem_trainable_elements(const ga_problem *problem)
{
    size_t elements = 0;
    for (size_t i = 0; i < problem->block_count; ++i) {
        const ga_block *const block = &problem->blocks[i];
        elements += block->role == GA_TRAINABLE ? block->count : 0;
    }
    return elements;
}
