/*
 * exiting: the gradient ends the whole program.
 *
 * Code that was once a program of its own often calls exit() where it should return an error. Here
 * the gradient insists on a step size that nobody has set.
 *
 * gradaudit reports: P08 (callback-failed): the gradient callback called exit(3). The code under
 * audit runs in a process of its own, so gradaudit itself goes on. Exit 4.
 *
 * To mend it: return a non-zero value instead, and let the caller decide.
 */
#include <gradaudit/plugin.h>

#include <stdio.h>
#include <stdlib.h>

typedef struct settings {
    double step; /* never set */
} settings;

static double loss(const double *x, size_t n, void *user)
{
    (void)user;
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        sum += 0.5 * x[i] * x[i];
    }
    return sum;
}

static int gradient(const double *x, size_t n, double *g, void *user)
{
    const settings *const given = user;
    if (!(given->step > 0.0)) {
        (void)fprintf(stderr, "fatal: no step size\n");
        exit(3); /* wrong: not a callback's business */
    }
    for (size_t i = 0; i < n; i++) {
        g[i] = x[i];
    }
    return 0;
}

static ga_problem *open_exiting(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    static settings nothing_set;
    const double start[2] = {1.0, -2.0};
    ga_problem *p = NULL;
    ga_problem_flat(&(ga_flat){.name = "exiting",
                               .n = 2,
                               .x = start,
                               .loss = loss,
                               .grad = gradient,
                               .user = &nothing_set},
                    &p);
    return p;
}

static const ga_subject subjects[] = {
    {.name = "exiting", .summary = "the gradient calls exit(3)", .open = open_exiting},
};
GA_PLUGIN(subjects)
