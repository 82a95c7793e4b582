/*
 * What two workers are worth: the same job of 4 evaluations a task with one and with two of them.
 *
 * Two processors that others use cannot be shared out, so each round begins and ends with the same
 * measurement on two plain processes that only compute: twice the time of one by that of two, 2 on
 * a free machine. Only rounds in which that is above 1.9 both times count as free. For the loss of
 * 50 us the median of the free rounds must be at least 1.8; without a free round, the median of all
 * at least 0.9 times that of the plain ratios. Exit status 1 if not.
 */
#include "crew.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    ELEMENTS = 64,
    ROUNDS = 31,
    FREE_ROUNDS = 7, /* are enough */
    PER_TASK = 4
};

static const double IS_FREE = 1.9;
static const double BAR = 1.8;
static const double BAR_SHARE = BAR / 2.0;

static size_t laps; /* of the loss: sets how long it takes */

static double loss(const double *x, size_t n, void *user)
{
    (void)user;
    double sum = 0.0;
    for (size_t k = 0; k < laps; k++) {
        const double at = x[k % n];
        sum += at * at / (1.0 + sum * sum);
    }
    return sum;
}

static int gradient(const double *x, size_t n, double *g, void *user)
{
    (void)x;
    (void)user;
    memset(g, 0, n * sizeof *g);
    return 0;
}

/* ---- The job --------------------------------------------------------------------------------- */

static void task(void *context, size_t k, void *slot)
{
    ga_evaluator *const evaluator = context;
    double sum = 0.0;
    for (int i = 0; i < PER_TASK; i++) {
        sum += ga_evaluate_element(evaluator, 0, k % ELEMENTS, 1.0 + 1e-6 * i);
    }
    *(double *)slot = sum;
}

static int open_evaluator(ga_evaluator *evaluator, ga_problem **problem)
{
    double x[ELEMENTS];
    for (int i = 0; i < ELEMENTS; i++) {
        x[i] = 1.0 + 0.01 * i;
    }
    const ga_flat flat = {.n = ELEMENTS, .x = x, .loss = loss, .grad = gradient};
    return ga_problem_flat(&flat, problem) == GA_OK && ga_problem_seal(*problem) == GA_OK &&
           ga_evaluator_begin(evaluator, *problem, &(ga_options){.seed = 1}) == GA_OK;
}

/* Seconds of the job, or NAN; its finds go to slots. */
static double time_job(int workers, size_t tasks, double seconds, double *slots)
{
    ga_problem *problem = NULL;
    ga_evaluator evaluator;
    if (!open_evaluator(&evaluator, &problem)) {
        return (double)NAN;
    }
    evaluator.workers = workers;
    const ga_job job = {.count = tasks,
                        .task = task,
                        .context = &evaluator,
                        .slots = slots,
                        .slot_size = sizeof *slots,
                        .seconds_per_task = PER_TASK * seconds,
                        .evaluations_per_task = PER_TASK};
    const double began = ga_clock();
    const size_t done = ga_crew_run(&evaluator, &job);
    const double took = ga_clock() - began;
    ga_evaluator_end(&evaluator);
    ga_problem_free(problem);
    return done == tasks ? took : (double)NAN;
}

/* How many laps take so long, by the fastest of several tries. */
static void set_loss(double seconds)
{
    static const double x[ELEMENTS] = {1.0, 2.0, 3.0};
    double fastest = (double)INFINITY;
    volatile double sink = 0.0;
    laps = 1000000;
    for (int i = 0; i < 5; i++) {
        const double began = ga_clock();
        sink = sink + loss(x, ELEMENTS, NULL);
        fastest = fmin(fastest, ga_clock() - began);
    }
    laps = (size_t)ceil((double)laps * seconds / fastest);
}

/* ---- The machine ----------------------------------------------------------------------------- */

static double time_plain(int processes)
{
    const double x[ELEMENTS] = {1.0, 2.0, 3.0};
    const size_t of_the_loss = laps;
    laps = 15000000; /* some 0.1 s */
    (void)fflush(NULL);
    const double began = ga_clock();
    for (int i = 0; i < processes; i++) {
        if (fork() == 0) {
            _exit(loss(x, ELEMENTS, NULL) > 1e300);
        }
    }
    while (wait(NULL) > 0) {
    }
    laps = of_the_loss;
    return ga_clock() - began;
}

static double plain_ratio(void)
{
    const double one = time_plain(1);
    return 2.0 * one / time_plain(2);
}

/* ---- Figures --------------------------------------------------------------------------------- */

static int by_size(const void *a, const void *b)
{
    const double p = *(const double *)a;
    const double q = *(const double *)b;
    return p < q ? -1 : p > q;
}

static double median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof *values, by_size);
    return values[count / 2];
}

/* Returns 1 when the bar is missed. */
static int compare(double seconds, size_t tasks, int is_judged)
{
    double free_ratios[FREE_ROUNDS];
    double ratios[ROUNDS];
    double plains[ROUNDS];
    int rounds = 0;
    int differ = 0;
    double *const one = calloc(2 * tasks, sizeof *one);
    if (!one) {
        return 1;
    }
    double *const two = one + tasks;
    set_loss(seconds);
    for (int i = 0; i < ROUNDS && rounds < FREE_ROUNDS; i++) {
        const double before = plain_ratio();
        const double alone = time_job(1, tasks, seconds, one);
        const double ratio = alone / time_job(2, tasks, seconds, two);
        const double plain = fmin(before, plain_ratio());
        differ |= memcmp(one, two, tasks * sizeof *one) != 0;
        if (plain > IS_FREE) {
            free_ratios[rounds++] = ratio;
        }
        ratios[i] = ratio;
        plains[i] = plain;
    }
    free(one);
    const double plain = rounds > 0 ? 2.0 : median(plains, ROUNDS);
    const double ratio = rounds > 0 ? median(free_ratios, rounds) : median(ratios, ROUNDS);
    const double bar = BAR_SHARE * plain;
    printf("%5.3g us a loss, %6zu tasks of %d: two workers %.2f times as fast as one",
           1e6 * seconds, tasks, PER_TASK, ratio);
    if (rounds > 0) {
        printf(" (%.2f to %.2f in %d rounds with both processors free)", free_ratios[0],
               free_ratios[rounds - 1], rounds);
    } else {
        printf(" (the processors are NOT free: two plain processes reach %.2f)", plain);
    }
    if (is_judged) {
        printf(", at least %.2f", bar);
    }
    printf("%s\n", differ ? "; RESULTS DIFFER" : "");
    (void)fflush(stdout);
    return differ || (is_judged && !(ratio >= bar));
}

int main(void)
{
    int missed = compare(50e-6, 2000, 1);
    missed += compare(50e-6, 100, 0);
    missed += compare(5e-6, 20000, 0);
    missed += compare(0.5e-6, 100000, 0);
    printf("%d bars missed\n", missed);
    return missed > 0;
}
