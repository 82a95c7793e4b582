/*
 * rosenbrock_wrong: one sign is wrong in one term of one element.
 *
 * The inner derivative of (1 - x)^2 is -1; here it was forgotten. At the start the element is
 * -206.8 where the slope is -215.6: 4 % off, and on the way down into the valley nobody sees it.
 * On the floor of the valley, where this term is all there is, it points away from the minimum.
 *
 * gradaudit reports: G01 (mismatch) at [0] and only there, with the slope it measured. Exit 1.
 *
 * To mend it: `- 2.0 * away`, as in rosenbrock.c.
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
    g[0] = -400.0 * x[0] * valley + 2.0 * away; /* wrong: the sign of the second term */
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
        &(ga_flat){.name = "rosenbrock_wrong", .n = 2, .x = start, .loss = loss, .grad = gradient},
        &p);
    return p;
}

static const ga_subject subjects[] = {
    {.name = "rosenbrock_wrong",
     .summary = "Rosenbrock's valley with one wrong sign",
     .open = open_rosenbrock},
};
GA_PLUGIN(subjects)
