/*
 * unwritten_gradient: a loop that stops early.
 *
 * The negative log-likelihood of six Poisson counts by their log-rates, sum_i exp(x_i) - k_i x_i.
 * The gradient's loop takes four elements at a time and forgets the two that are left over; they
 * keep whatever the buffer held before. Often that is 0, or the value of the last iteration, and
 * nothing looks wrong.
 *
 * gradaudit reports: P03 (gradient-unwritten) for [4] and [5]. It fills the buffer with a pattern
 * before the call, so it can tell "never written" from "written as 0" and from a computed NaN.
 * Exit 1.
 *
 * To mend it: a second loop for the remainder, or let the compiler do the unrolling.
 */
#include <gradaudit/plugin.h>

#include <math.h>

static const double counts[6] = {2.0, 0.0, 5.0, 1.0, 3.0, 8.0};

static double loss(const double *x, size_t n, void *user)
{
    (void)user;
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        sum += exp(x[i]) - counts[i] * x[i];
    }
    return sum;
}

static int gradient(const double *x, size_t n, double *g, void *user)
{
    (void)user;
    for (size_t i = 0; i + 4 <= n; i += 4) { /* wrong: n is 6 */
        g[i] = exp(x[i]) - counts[i];
        g[i + 1] = exp(x[i + 1]) - counts[i + 1];
        g[i + 2] = exp(x[i + 2]) - counts[i + 2];
        g[i + 3] = exp(x[i + 3]) - counts[i + 3];
    }
    return 0;
}

static ga_problem *open_counts(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    const double start[6] = {0.5, -0.7, 1.2, 0.3, 0.9, 1.7};
    ga_problem *p = NULL;
    ga_problem_flat(
        &(ga_flat){
            .name = "unwritten_gradient", .n = 6, .x = start, .loss = loss, .grad = gradient},
        &p);
    ga_problem_input(p, "counts", counts, sizeof counts);
    return p;
}

static const ga_subject subjects[] = {
    {.name = "unwritten_gradient",
     .summary = "the last two elements of the gradient are never written",
     .open = open_counts},
};
GA_PLUGIN(subjects)
