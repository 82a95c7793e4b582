/*
 * The life of a problem: made, carrying an error, freed.
 *
 * Whatever goes wrong while a problem is described ends up in ga_problem_fail(), which keeps the
 * first sentence; ga_problem_changeable() then turns every later call away.
 */
#include "problem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

ga_problem *ga_problem_allocate(const char *name)
{
    ga_worker_end_stray();
    ga_problem *const problem = calloc(1, sizeof *problem);
    if (!problem) {
        return NULL;
    }
    problem->name = ga_copy_text(name);
    if (!problem->name) {
        ga_problem_free(problem);
        return NULL;
    }
    return problem;
}

ga_status ga_problem_new(const char *name, ga_problem **out)
{
    if (!out) {
        return GA_EINVAL;
    }
    *out = ga_problem_allocate(name && *name ? name : "loss");
    if (!*out) {
        return GA_ENOMEM;
    }
    return name && *name ? GA_OK : ga_problem_fail(*out, "the problem has no name");
}

ga_status ga_problem_changeable(const ga_problem *problem)
{
    if (!problem || problem->error) {
        return GA_EINVAL;
    }
    return problem->busy ? GA_EBUSY : GA_OK;
}

ga_status ga_problem_fail(ga_problem *problem, const char *format, ...)
{
    if (!problem || problem->error) {
        return GA_EINVAL;
    }
    if (format) {
        va_list arguments;
        va_start(arguments, format);
        (void)vsnprintf(problem->error_text, sizeof problem->error_text, format, arguments);
        va_end(arguments);
    } else {
        (void)snprintf(problem->error_text, sizeof problem->error_text, "no reason was given");
    }
    problem->error = problem->error_text;
    return GA_EINVAL;
}

const char *ga_problem_error(const ga_problem *problem)
{
    return problem ? problem->error : "there is no problem: out of memory, or NULL was passed";
}

const char *ga_problem_name(const ga_problem *problem)
{
    return problem ? problem->name : "";
}

void *ga_problem_user(const ga_problem *problem)
{
    return problem ? problem->user : NULL;
}

void ga_problem_watch(ga_problem *problem, ga_activity *activity)
{
    if (!problem) {
        return;
    }
    problem->activity = activity;
    if (activity) {
        (void)snprintf(activity->loss, sizeof activity->loss, "%s", problem->name);
    }
}

ga_status ga_problem_on_free(ga_problem *problem, void (*fn)(void *arg), void *arg)
{
    if (!problem) {
        return GA_EINVAL;
    }
    if (!fn) {
        return ga_problem_fail(problem, "ga_problem_on_free() was given no function");
    }
    ga_cleanup *const cleanup = ga_grow((void **)&problem->cleanups, &problem->cleanup_count,
                                        &problem->cleanup_capacity, sizeof *cleanup);
    if (!cleanup) {
        return GA_ENOMEM;
    }
    *cleanup = (ga_cleanup){.fn = fn, .arg = arg};
    return GA_OK;
}

/* Taken from the list before it runs, so that a function which registers another is served too. */
static void run_cleanups(ga_problem *problem)
{
    if (problem->activity) {
        problem->activity->phase = GA_PHASE_FREE;
    }
    problem->busy = 1; /* against a function that audits or frees the problem itself */
    while (problem->cleanup_count > 0) {
        const ga_cleanup cleanup = problem->cleanups[--problem->cleanup_count];
        cleanup.fn(cleanup.arg);
    }
    if (problem->activity) {
        problem->activity->phase = GA_PHASE_NONE;
    }
}

ga_status ga_block_name(ga_block *block, const char *name, const char *file)
{
    block->name = ga_copy_text(name);
    block->file = file ? ga_copy_text(file) : NULL;
    return block->name && (block->file || !file) ? GA_OK : GA_ENOMEM;
}

void ga_block_clear(ga_block *block)
{
    free(block->name);
    free(block->file);
}

static void free_blocks(ga_block *blocks, size_t count)
{
    for (size_t i = 0; i < count; ++i) {
        ga_block_clear(&blocks[i]);
    }
    free(blocks);
}

static void free_lists(ga_problem *problem)
{
    for (size_t i = 0; i < problem->input_count; ++i) {
        free(problem->inputs[i].name);
    }
    for (size_t i = 0; i < problem->allowance_count; ++i) {
        free(problem->allowances[i].code);
        free(problem->allowances[i].variable);
        free(problem->allowances[i].reason);
    }
    for (size_t i = 0; i < problem->intrusion_count; ++i) {
        free(problem->intrusions[i].name);
        free(problem->intrusions[i].file);
    }
    free(problem->inputs);
    free(problem->allowances);
    free(problem->intrusions);
    free(problem->cleanups);
}

void ga_problem_free(ga_problem *problem)
{
    ga_worker_end_stray();
    if (!problem || problem->busy) {
        return;
    }
    ga_problem_free(problem->twin);
    run_cleanups(problem);
    free_blocks(problem->blocks, problem->block_count);
    free_blocks(problem->slices, problem->slice_count);
    free_lists(problem);
    free(problem->x);
    free(problem->lower);
    free(problem->upper);
    free(problem->file);
    free(problem->name);
    free(problem);
}
