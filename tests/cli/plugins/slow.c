/* A loss that takes its time: long enough for a person to see how far the audit has come. */
#include "bowl.h"

#include <time.h>

enum {
    PAIRS = 20
};

static double loss(const double *x, size_t n, void *user)
{
    const struct timespec moment = {.tv_nsec = 15000000};
    (void)nanosleep(&moment, NULL);
    double sum = 0.0;
    for (size_t i = 0; i + 1 < n; i += 2) {
        sum += bowl_loss(x + i, 2, user);
    }
    return sum;
}

static int gradient(const double *x, size_t n, double *g, void *user)
{
    for (size_t i = 0; i + 1 < n; i += 2) {
        (void)bowl_gradient(x + i, 2, g + i, user);
    }
    return 0;
}

static ga_problem *open_slow(int argc, char **argv)
{
    (void)argc;
    ga_problem *problem = NULL;
    double x[2 * PAIRS];
    for (size_t i = 0; i < 2 * PAIRS; i++) {
        x[i] = bowl_start[i % 2];
    }
    const ga_flat flat = {.name = argv[0], .n = 2 * PAIRS, .x = x, .loss = loss, .grad = gradient};
    (void)ga_problem_flat(&flat, &problem);
    return problem;
}

static const ga_subject subjects[] = {
    {.name = "slow", .summary = "twenty bowls, 15 ms a call", .open = open_slow},
};
GA_PLUGIN(subjects)
