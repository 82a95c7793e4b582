/*
 * The loss that the plug-ins of these tests share: a bowl in two parameters, right and simple,
 * since what is tested is the way to it.
 */
#ifndef TESTS_CLI_BOWL_H
#define TESTS_CLI_BOWL_H

#include "gradaudit/plugin.h"

static const double bowl_start[2] = {1.5, -0.5};

static inline double bowl_loss(const double *x, size_t n, void *user)
{
    (void)n;
    (void)user;
    return (x[0] - 1.0) * (x[0] - 1.0) + 3.0 * x[1] * x[1] + x[0] * x[1];
}

static inline int bowl_gradient(const double *x, size_t n, double *g, void *user)
{
    (void)n;
    (void)user;
    g[0] = 2.0 * (x[0] - 1.0) + x[1];
    g[1] = 6.0 * x[1] + x[0];
    return 0;
}

static inline ga_problem *bowl_open(int argc, char **argv)
{
    (void)argc;
    ga_problem *problem = NULL;
    const ga_flat flat = {
        .name = argv[0], .n = 2, .x = bowl_start, .loss = bowl_loss, .grad = bowl_gradient};
    (void)ga_problem_flat(&flat, &problem);
    return problem;
}

#endif
