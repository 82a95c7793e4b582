/* The same result for any number of workers, processes or threads, down to the bits. */
#include "alike.h"
#include "stack.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

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

/* What an audit of a case cost, and whether it left things as they were. */
typedef struct account {
    size_t here;      /* calls of the loss in this process, */
    size_t elsewhere; /* those in other threads */
    int restored;
} account;

static ga_result *audit(const workers_case *at, int workers, account *out)
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
    (void)ga_audit(p, &options, &result);
    *out = (account){.here = atomic_load(&model.calls) + atomic_load(&other.calls),
                     .elsewhere = atomic_load(&model.elsewhere),
                     .restored = at->flat || stack_is_restored(&model)};
    ga_problem_free(p);
    stack_close(&model);
    stack_close(&other);
    return result;
}

static int complain(const workers_case *at, int workers, const char *what)
{
    (void)fprintf(stderr, "# %s, %d workers: %s\n", at->why, workers, what);
    return 1;
}

/* The number of complaints. */
static int compare(const workers_case *at)
{
    static const int counts[] = {0, 2, 3, 8};
    int complaints = 0;
    account alone;
    ga_result *const want = audit(at, 1, &alone);
    if (!want || !alone.restored || alone.here != ga_result_facts(want)->evaluations) {
        return complain(at, 1, "no result, not restored, or miscounted");
    }
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        account now;
        ga_result *const got = audit(at, counts[i], &now);
        if (!got || differences_of(want, got, stderr) > 0) {
            complaints += complain(at, counts[i], "another result");
        }
        if (!now.restored) {
            complaints += complain(at, counts[i], "not restored");
        }
        /* what takes less may be left to this process */
        if (counts[i] > 1 && at->measure == GA_MEASURE_ALL &&
            !(at->model.thread_safe ? now.elsewhere > 0 : now.here < alone.here)) {
            complaints += complain(at, counts[i], "they did not work");
        }
        ga_result_free(got);
    }
    ga_result_free(want);
    return complaints;
}

/* In a process of its own: the test framework keeps a second thread, and is not copied. */
ParameterizedTest(workers_case *at, workers, agree)
{
    (void)fflush(NULL);
    const pid_t child = fork();
    if (child == 0) {
        _exit(compare(at));
    }
    int status = 0;
    cr_assert(child > 0 && waitpid(child, &status, 0) == child);
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%s: status %d", at->why, status);
}
