/*
 * stale_gradient: the gradient of the point before.
 *
 * The loss is sum_i x_i^4 / 4 - i x_i. The gradient is computed from a saved copy of the
 * parameters, and the copy is refreshed one line too late: after it was used. Each call answers
 * for the point of the call before. Asked twice at one point, it answers rightly the second time,
 * which is why a debugger shows nothing wrong.
 *
 * gradaudit reports: G09 (stale). Exit 1.
 *
 * To mend it: copy first, then compute; better, compute from x itself.
 */
#include <gradaudit/plugin.h>

#include <string.h>

enum {
    SIZE = 3
};

typedef struct cache {
    double x[SIZE];
} cache;

static double loss(const double *x, size_t n, void *user)
{
    (void)user;
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        const double square = x[i] * x[i];
        sum += 0.25 * square * square - (double)(i + 1) * x[i];
    }
    return sum;
}

static int gradient(const double *x, size_t n, double *g, void *user)
{
    cache *const saved = user;
    for (size_t i = 0; i < n; i++) {
        const double at = saved->x[i];
        g[i] = at * at * at - (double)(i + 1);
    }
    memcpy(saved->x, x, n * sizeof *x); /* wrong: this belongs before the loop */
    return 0;
}

static ga_problem *open_stale(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    static cache saved; /* zeros: not the point that is audited */
    const double start[SIZE] = {1.5, -0.8, 1.1};
    ga_problem *p = NULL;
    ga_problem_flat(&(ga_flat){.name = "stale_gradient",
                               .n = SIZE,
                               .x = start,
                               .loss = loss,
                               .grad = gradient,
                               .user = &saved},
                    &p);
    return p;
}

static const ga_subject subjects[] = {
    {.name = "stale_gradient",
     .summary = "returns the gradient of the previous point",
     .open = open_stale},
};
GA_PLUGIN(subjects)
