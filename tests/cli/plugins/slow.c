/* A loss that takes its time: long enough for a person to see how far the audit has come. */
#include "bowl.h"

#include <time.h>

static double loss(const double *x, size_t n, void *user)
{
    const struct timespec moment = {.tv_nsec = 50000000};
    (void)nanosleep(&moment, NULL);
    return bowl_loss(x, n, user);
}

static ga_problem *open_slow(int argc, char **argv)
{
    (void)argc;
    ga_problem *problem = NULL;
    const ga_flat flat = {
        .name = argv[0], .n = 2, .x = bowl_start, .loss = loss, .grad = bowl_gradient};
    (void)ga_problem_flat(&flat, &problem);
    return problem;
}

static const ga_subject subjects[] = {
    {.name = "slow", .summary = "a bowl, 50 ms a call", .open = open_slow},
};
GA_PLUGIN(subjects)
