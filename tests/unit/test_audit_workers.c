/* The same result for any number of workers, processes or threads, down to the bits. */
#include "alike.h"
#include "stack.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <math.h>
#include <string.h>

#define SMALL                                                                                      \
    {                                                                                              \
        {.name = "w", .n = 60},                                                                    \
        {                                                                                          \
            .name = "b", .n = 12                                                                   \
        }                                                                                          \
    }
#define LARGE                                                                                      \
    {                                                                                              \
        {.name = "w", .n = 2000}, {.name = "v", .n = 1000},                                        \
        {                                                                                          \
            .name = "b", .n = 50                                                                   \
        }                                                                                          \
    }

typedef struct workers_case {
    char why[48];
    int flat, twin;
    ga_measure measure;
    int points;
    stack model;
} workers_case;

ParameterizedTestParameters(workers, agree)
{
    /* A call takes long enough for workers to be worth their while. */
    static workers_case cases[] = {
        {"singly", 0, 0, GA_MEASURE_ALL, 1, {.variables = SMALL, .slow = 300}},
        {"singly, points", 0, 0, GA_MEASURE_ALL, 3, {.variables = SMALL, .slow = 300}},
        {"singly, wrong",
         0,
         0,
         GA_MEASURE_ALL,
         1,
         {.variables = SMALL, .slow = 300, .faults = {{0, 7, STACK_SCALED, 1.1}}}},
        {"singly, state",
         0,
         0,
         GA_MEASURE_ALL,
         2,
         {.variables = {{.name = "w", .n = 60}, {.name = "s", .n = 1, .part = STACK_STATE}},
          .slow = 300}},
        {"singly, twin",
         0,
         1,
         GA_MEASURE_ALL,
         2,
         {.variables = SMALL, .dtype = GA_F32, .slow = 300}},
        {"singly, float, kinks",
         0,
         0,
         GA_MEASURE_ALL,
         1,
         {.variables = SMALL, .dtype = GA_F32, .kind = STACK_KINKED, .slow = 300}},
        {"screened", 0, 0, GA_MEASURE_SCREEN, 3, {.variables = LARGE}},
        {"screened, slow", 0, 0, GA_MEASURE_SCREEN, 1, {.variables = SMALL, .slow = 200}},
        {"screened, element",
         0,
         0,
         GA_MEASURE_SCREEN,
         1,
         {.variables = LARGE, .faults = {{1, 7, STACK_SCALED, -1}}}},
        {"screened, dense",
         0,
         0,
         GA_MEASURE_SCREEN,
         1,
         {.variables = LARGE, .faults = {{1, GA_NO_INDEX, STACK_ROLLED, 0}}}},
        {"screened, factor", 0, 0, GA_MEASURE_SCREEN, 1, {.variables = LARGE, .factor = 2}},
        {"screened, noise", 0, 0, GA_MEASURE_SCREEN, 2, {.variables = LARGE, .kind = STACK_NOISY}},
        {"screened, twin", 0, 1, GA_MEASURE_SCREEN, 2, {.variables = LARGE, .dtype = GA_F32}},
        {"flat", 1, 0, GA_MEASURE_ALL, 2, {.variables = SMALL, .slow = 300}},
        {"threads, singly",
         1,
         0,
         GA_MEASURE_ALL,
         2,
         {.variables = SMALL, .slow = 300, .thread_safe = 1}},
        {"threads, screened", 1, 0, GA_MEASURE_SCREEN, 3, {.variables = LARGE, .thread_safe = 1}},
        {"threads, element",
         1,
         0,
         GA_MEASURE_SCREEN,
         1,
         {.variables = LARGE, .thread_safe = 1, .faults = {{1, 7, STACK_SCALED, -1}}}},
    };
    return cr_make_param_array(workers_case, cases, sizeof cases / sizeof *cases);
}

/* *here, *elsewhere: calls in this process, and those not in this thread. */
static ga_result *audit(const workers_case *at, int workers, size_t *here, size_t *elsewhere)
{
    stack model = at->model;
    stack other = {0};
    ga_problem *const p = at->flat ? stack_open_flat(&model) : stack_open(&model);
    if (at->twin) {
        ga_problem_twin(p, stack_open_twin(&model, &other));
        other.slow = model.slow;
    }
    const ga_options options = {.measure = at->measure,
                                .workers = workers,
                                .points = at->points,
                                .max_evaluations = 20000,
                                .max_seconds = 1000,
                                .seed = 11};
    ga_result *result = NULL;
    const ga_status status = ga_audit(p, &options, &result);
    cr_assert(status == GA_OK, "%s: %s", at->why, ga_problem_error(p));
    cr_expect(at->flat || stack_is_restored(&model), "%s, %d workers", at->why, workers);
    *here = atomic_load(&model.calls) + atomic_load(&other.calls);
    *elsewhere = atomic_load(&model.elsewhere);
    ga_problem_free(p);
    stack_close(&model);
    stack_close(&other);
    return result;
}

ParameterizedTest(workers_case *at, workers, agree)
{
    static const int counts[] = {0, 2, 3, 8};
    size_t here = 0;
    size_t elsewhere = 0;
    ga_result *const alone = audit(at, 1, &here, &elsewhere);
    const size_t all = ga_result_facts(alone)->evaluations;
    cr_expect(here == all && elsewhere == 0, "%s: %zu calls of %zu", at->why, here, all);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        ga_result *const result = audit(at, counts[i], &here, &elsewhere);
        cr_log_info("%s with %d workers: %zu of %zu calls here, %zu in threads", at->why, counts[i],
                    here, all, elsewhere);
        expect_alike(alone, result);
        ga_result_free(result);
        if (counts[i] > 1 &&
            at->measure == GA_MEASURE_ALL) { /* what takes less may be left to this process */
            cr_expect(at->model.thread_safe ? elsewhere > 0 : here < all, "%s: %d workers do work",
                      at->why, counts[i]);
        }
    }
    ga_result_free(alone);
}
