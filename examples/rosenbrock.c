/*
 * rosenbrock: the flat form, with a gradient that is right.
 *
 * Rosenbrock's valley, f(x, y) = 100 (y - x^2)^2 + (1 - x)^2, at its customary start (-1.2, 1).
 * One vector of doubles, a loss, a gradient: nothing else is needed to have a gradient audited.
 *
 * gradaudit reports: nothing to mend; both elements are measured and agree. Exit 0.
 */
#include <gradaudit/plugin.h>

static double loss(const double *x, size_t n, void *user)
{
    (void)n;
    (void)user;
    const double valley = x[1] - x[0] * x[0];
    const double away = 1.0 - x[0];
    return 100.0 * valley * valley + away * away;
}

static int gradient(const double *x, size_t n, double *g, void *user)
{
    (void)n;
    (void)user;
    const double valley = x[1] - x[0] * x[0];
    const double away = 1.0 - x[0];
    g[0] = -400.0 * x[0] * valley - 2.0 * away;
    g[1] = 200.0 * valley;
    return 0;
}

static ga_problem *open_rosenbrock(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    const double start[2] = {-1.2, 1.0};
    ga_problem *p = NULL;
    ga_problem_flat(
        &(ga_flat){.name = "rosenbrock", .n = 2, .x = start, .loss = loss, .grad = gradient}, &p);
    return p;
}

static const ga_subject subjects[] = {
    {.name = "rosenbrock", .summary = "Rosenbrock's valley, right", .open = open_rosenbrock},
};
GA_PLUGIN(subjects)
