/*
 * Workers of a loss that uses OpenMP: no hang, and the same bits however many there are.
 */
#include "crew.h"

#include <criterion/criterion.h>
#include <dlfcn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
    ELEMENTS = 5000,
    TASKS = 300,
    MOST_PLACES = 16
};

typedef struct setting {
    const char *loss;
    int workers, is_calm;
} setting;

typedef struct found {
    double loss[TASKS];
} found;

static atomic_int *places; /* processes that evaluated, over all of them */

static void open_places(void)
{
    void *const shared = mmap(NULL, MOST_PLACES * sizeof *places, PROT_READ | PROT_WRITE,
                              MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    cr_assert_neq(shared, MAP_FAILED);
    places = shared;
}

TestSuite(openmp, .init = open_places, .timeout = 60);

static int count_places(void)
{
    int count = 0;
    while (count < MOST_PLACES && atomic_load(&places[count]) != 0) {
        count++;
    }
    return count;
}

static void task(void *context, size_t k, void *slot)
{
    ga_evaluator *const evaluator = context;
    const int self = getpid();
    for (int i = 0; i < MOST_PLACES; i++) {
        int none = 0;
        if (atomic_load(&places[i]) == self ||
            atomic_compare_exchange_strong(&places[i], &none, self)) {
            break;
        }
    }
    *(double *)slot = ga_evaluate_element(evaluator, 0, k, 0.5 + (double)k);
}

static int no_gradient(const double *x, size_t n, double *g, void *user)
{
    (void)x;
    (void)n;
    (void)g;
    (void)user;
    return 1;
}

/* As a plug-in is loaded: for itself alone. */
static ga_flat_loss_fn *load(const char *name)
{
    void *const object = dlopen(LOSSES, RTLD_NOW | RTLD_LOCAL);
    void *const symbol = object ? dlsym(object, name) : NULL;
    ga_flat_loss_fn *loss = NULL;
    memcpy(&loss, &symbol, sizeof loss);
    if (!loss) {
        (void)fprintf(stderr, "%s\n", dlerror());
        abort();
    }
    return loss;
}

static void body(ga_child *child, void *arg)
{
    const setting *const what = arg;
    static double x[ELEMENTS];
    static found out;
    ga_problem *problem = NULL;
    ga_evaluator evaluator;
    const ga_flat flat = {.n = ELEMENTS, .x = x, .loss = load(what->loss), .grad = no_gradient};
    if ((what->is_calm && ga_calm_openmp() < 1) || ga_problem_flat(&flat, &problem) != GA_OK ||
        ga_problem_seal(problem) != GA_OK) {
        abort();
    }
    ga_problem_watch(problem, ga_child_activity(child));
    if (ga_evaluator_begin(&evaluator, problem, &(ga_options){.seed = 1}) != GA_OK) {
        abort();
    }
    (void)ga_evaluate_loss(&evaluator); /* a pool of threads starts now or never */
    const ga_job job = {.count = TASKS,
                        .task = task,
                        .context = &evaluator,
                        .slots = out.loss,
                        .slot_size = sizeof *out.loss,
                        .seconds_per_task = 1e-3};
    evaluator.workers = what->workers;
    if (ga_crew_run(&evaluator, &job) == TASKS) {
        (void)ga_child_send(child, &out, sizeof out);
    }
    ga_evaluator_end(&evaluator);
    ga_problem_free(problem);
}

static void run(setting what, found *out)
{
    const ga_child_limits limits = {.seconds_per_call = 5.0, .threads_are_harmless = 1};
    ga_child_outcome outcome;
    memset(places, 0, MOST_PLACES * sizeof *places);
    cr_assert_eq(ga_child_run(body, &what, &limits, &outcome), GA_OK);
    cr_assert_eq(outcome.end, GA_CHILD_DONE, "end %d, number %d: %s", (int)outcome.end,
                 outcome.number, outcome.output);
    cr_assert_eq(outcome.size, sizeof *out);
    memcpy(out, outcome.data, sizeof *out);
    ga_child_outcome_free(&outcome);
}

Test(openmp, one_thread_gives_the_same_sums_in_any_number_of_workers)
{
    static found one;
    run((setting){.loss = "sum", .workers = 1, .is_calm = 1}, &one);
    for (int workers = 2; workers <= 4; workers *= 2) {
        static found more;
        run((setting){.loss = "sum", .workers = workers, .is_calm = 1}, &more);
        cr_expect_gt(count_places(), 1, "it was not worked on in parallel");
        cr_expect(memcmp(&one, &more, sizeof one) == 0, "%d workers", workers);
    }
}

/* A pool that the loss insists on keeps the process from being copied. */
Test(openmp, a_pool_of_threads_is_left_in_peace)
{
    static found out;
    run((setting){.loss = "sum_of_four", .workers = 2, .is_calm = 1}, &out);
    cr_expect_eq(count_places(), 1);
    if (sysconf(_SC_NPROCESSORS_ONLN) > 1) {
        run((setting){.loss = "sum", .workers = 2}, &out);
        cr_expect_eq(count_places(), 1);
    }
}
