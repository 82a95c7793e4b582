/*
 * nan_gradient: a textbook formula at the one point where it does not hold.
 *
 * The distance from the origin, hypot(x, y), has the gradient (x, y) / hypot(x, y), except at the
 * origin, where that is 0/0. A model whose distances start at zero starts exactly there, and one
 * NaN makes every parameter NaN within a step.
 *
 * gradaudit reports: P02 (gradient-nonfinite) with the elements, and S05 (singular): the loss is
 * finite here, the gradient is not. Exit 1.
 *
 * To mend it: sqrt(x^2 + y^2 + epsilon^2) is smooth at the origin; or write 0 there, which is a
 * valid subgradient of the distance.
 */
#include <gradaudit/plugin.h>

#include <math.h>

static double loss(const double *x, size_t n, void *user)
{
    (void)n;
    (void)user;
    return hypot(x[0], x[1]);
}

static int gradient(const double *x, size_t n, double *g, void *user)
{
    const double distance = loss(x, n, user);
    g[0] = x[0] / distance; /* wrong at the origin: 0/0 */
    g[1] = x[1] / distance;
    return 0;
}

static ga_problem *open_distance(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    const double origin[2] = {0.0, 0.0};
    ga_problem *p = NULL;
    ga_problem_flat(
        &(ga_flat){.name = "nan_gradient", .n = 2, .x = origin, .loss = loss, .grad = gradient},
        &p);
    return p;
}

static const ga_subject subjects[] = {
    {.name = "nan_gradient", .summary = "a distance at distance zero: 0/0", .open = open_distance},
};
GA_PLUGIN(subjects)
