/* Loss calls: counted, within the budget, and the state they leave behind put back. */
#include "evaluator.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The clock costs 20 ns: beside a loss of 10 us that is nothing, beside one of 30 ns it is not. */
static const double CLOCK_EVERY_SECONDS = 10e-6;
enum {
    CLOCK_SKIP = 64
};

double ga_clock(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Asks where the values are now. The first answer is taken as it is; a later move is noted. */
static void locate_values(ga_evaluator *evaluator, int first)
{
    ga_problem *const problem = evaluator->problem;
    for (size_t b = 0; b < problem->block_count; b++) {
        ga_block *const block = &problem->blocks[b];
        void *value = block->value;
        void *grad = block->grad;
        if (problem->locate(problem->user, block->name, &value, &grad) != 0) {
            continue;
        }
        block->grad = grad;
        if (value != block->value && value) {
            if (!first && block->value && evaluator->moves++ == 0) {
                evaluator->moved_block = b;
            }
            block->value = value;
        }
    }
}

static ga_status lay_out(ga_evaluator *evaluator)
{
    const ga_problem *const problem = evaluator->problem;
    evaluator->at = calloc(problem->block_count ? problem->block_count : 1, sizeof *evaluator->at);
    if (!evaluator->at) {
        return GA_ENOMEM;
    }
    for (size_t b = 0; b < problem->block_count; b++) {
        const ga_block *const block = &problem->blocks[b];
        const size_t size = block->count * ga_dtype_size(block->dtype);
        evaluator->at[b] = evaluator->bytes;
        evaluator->bytes += (size + 15u) / 16u * 16u; /* each block aligned for any vector */
        evaluator->has_state |= block->role == GA_STATE;
    }
    return GA_OK;
}

ga_status ga_evaluator_begin(ga_evaluator *evaluator, ga_problem *problem,
                             const ga_options *options)
{
    *evaluator = (ga_evaluator){
        .problem = problem,
        .backend = &ga_backend_here,
        .seed = options->seed,
        .max_evaluations = options->max_evaluations,
        .began = ga_clock(),
        .progress = options->progress,
        .progress_user = options->progress_user,
    };
    evaluator->deadline =
        options->max_seconds > 0 ? evaluator->began + options->max_seconds : (double)INFINITY;
    if (problem->locate) {
        locate_values(evaluator, 1);
        for (size_t b = 0; b < problem->block_count; b++) {
            if (!problem->blocks[b].value) {
                return ga_problem_fail(problem,
                                       "variable `%s` has no address, and `locate` gives none",
                                       problem->blocks[b].name);
            }
        }
    }
    if (lay_out(evaluator) != GA_OK || ga_bits_new(evaluator, &evaluator->point) != GA_OK) {
        return GA_ENOMEM;
    }
    if (problem->is_flat) {
        const size_t elements = ga_guarded_elements(problem->flat.n);
        evaluator->guarded = elements ? calloc(elements, sizeof(double)) : NULL;
        if (!evaluator->guarded) {
            return GA_ENOMEM;
        }
    }
    ga_bits_save(evaluator, evaluator->point);
    if (problem->activity) {
        ga_activity *const activity = problem->activity;
        strncpy(activity->loss, problem->name ? problem->name : "", sizeof activity->loss - 1);
    }
    return GA_OK;
}

void ga_evaluator_end(ga_evaluator *evaluator)
{
    ga_bits_free(&evaluator->point);
    free(evaluator->at);
    free(evaluator->guarded);
    *evaluator = (ga_evaluator){0};
}

/* By what the evaluations so far have taken; never beyond the deadline. Below 0: no plan yet. */
static double seconds_left(const ga_evaluator *evaluator, double now)
{
    if (evaluator->planned == 0) {
        return -1.0;
    }
    const size_t more = evaluator->planned > evaluator->evaluations
                            ? evaluator->planned - evaluator->evaluations
                            : 0;
    return fmax(0.0, fmin((double)more * evaluator->seconds_per_loss, evaluator->deadline - now));
}

void ga_evaluator_look(ga_evaluator *evaluator)
{
    const double now = ga_clock();
    if (evaluator->evaluations > 0) {
        evaluator->seconds_per_loss = (now - evaluator->began) / (double)evaluator->evaluations;
    }
    evaluator->until_clock = evaluator->seconds_per_loss > CLOCK_EVERY_SECONDS ? 0
                             : evaluator->evaluations < CLOCK_SKIP
                                 ? (unsigned)evaluator->evaluations /* the first ones may tell */
                                 : CLOCK_SKIP;
    const int halted =
        evaluator->halt && atomic_load_explicit(evaluator->halt, memory_order_relaxed) != 0;
    if (now > evaluator->deadline || halted) {
        evaluator->spent = 1;
    }
    if (evaluator->progress) {
        const ga_progress progress = {
            .evaluations = evaluator->evaluations,
            .planned = evaluator->planned,
            .seconds = now - evaluator->began,
            .variable = evaluator->probing,
            .left = seconds_left(evaluator, now),
            .plan = evaluator->plan,
        };
        if (evaluator->progress(&progress, evaluator->progress_user) != 0) {
            evaluator->spent = evaluator->stopped = 1;
        }
    }
}

/* State is put back before every evaluation: a running mean is no reason to differ. */
static void put_back_state(ga_evaluator *evaluator)
{
    for (size_t b = 0; b < evaluator->problem->block_count; b++) {
        const ga_block *const block = &evaluator->problem->blocks[b];
        if (block->role == GA_STATE) {
            memcpy(block->value, ga_bits_of(evaluator, evaluator->point, b),
                   block->count * ga_dtype_size(block->dtype));
        }
    }
}

double ga_evaluate_loss(ga_evaluator *evaluator)
{
    ga_problem *const problem = evaluator->problem;
    if (evaluator->until_clock-- == 0) {
        ga_evaluator_look(evaluator);
    }
    if (evaluator->max_evaluations > 0 && evaluator->evaluations >= evaluator->max_evaluations) {
        evaluator->spent = 1;
    }
    if (evaluator->spent) {
        return (double)NAN;
    }
    if (evaluator->has_state) {
        put_back_state(evaluator);
    }
    ga_activity *const activity = problem->activity;
    if (activity) {
        activity->phase = GA_PHASE_HOOK;
    }
    if (problem->hooks.reset) {
        problem->hooks.reset(problem->hooks.user);
    }
    if (problem->hooks.reseed) {
        problem->hooks.reseed(evaluator->seed, problem->hooks.user);
    }
    problem->locked = 1;
    problem->loss_calls++;
    evaluator->evaluations++;
    if (activity) {
        activity->loss_calls = problem->loss_calls;
        activity->phase = GA_PHASE_LOSS;
    }
    const double value = evaluator->backend->loss(problem);
    if (activity) {
        activity->phase = GA_PHASE_NONE;
    }
    if (problem->locate) {
        locate_values(evaluator, 0);
    }
    return value;
}

double ga_evaluate_element(ga_evaluator *evaluator, size_t block, size_t index, double value)
{
    ga_block *const at = &evaluator->problem->blocks[block];
    const size_t size = ga_dtype_size(at->dtype);
    const void *const saved =
        (const char *)ga_bits_of(evaluator, evaluator->point, block) + index * size;
    if (evaluator->puts_back) {
        ga_bits_restore(evaluator, evaluator->point);
    }
    ga_block_set(at, index, value);
    const double loss = ga_evaluate_loss(evaluator);
    memcpy((char *)at->value + index * size, saved, size);
    return loss;
}

void ga_evaluator_probing(ga_evaluator *evaluator, const ga_block *block, size_t index)
{
    ga_activity *const activity = evaluator->problem->activity;
    evaluator->probing = block ? block->name : NULL;
    if (!activity) {
        return;
    }
    activity->probing = block != NULL;
    if (block) {
        activity->element = index;
        if (strncmp(activity->variable, block->name, sizeof activity->variable - 1) != 0) {
            memset(activity->variable, 0, sizeof activity->variable);
            strncpy(activity->variable, block->name, sizeof activity->variable - 1);
        }
    }
}
