/*
 * overrun_gradient: one element is written past the end.
 *
 * A least-squares fit of three coefficients. The model once had an intercept as its fourth
 * parameter; when that was dropped, the gradient kept writing its slope, into memory that belongs
 * to somebody else. All three elements are right, so comparing gradients alone would pass it.
 *
 * gradaudit reports: P04 (memory-abuse): the words after the end of the buffer have changed. Exit
 * 1.
 *
 * To mend it: remove the last assignment.
 */
#include <gradaudit/plugin.h>

enum {
    ROWS = 5,
    COLUMNS = 3
};

static const double design[ROWS][COLUMNS] = {
    {1.0, 0.2, -0.5}, {0.4, 1.1, 0.3}, {-0.8, 0.6, 0.9}, {0.1, -1.3, 0.7}, {0.6, 0.5, -1.2},
};
static const double target[ROWS] = {0.9, 1.4, -0.2, -0.6, 1.1};

static double residual(const double *x, size_t row)
{
    double fit = 0.0;
    for (size_t j = 0; j < COLUMNS; j++) {
        fit += design[row][j] * x[j];
    }
    return fit - target[row];
}

static double loss(const double *x, size_t n, void *user)
{
    (void)n;
    (void)user;
    double sum = 0.0;
    for (size_t i = 0; i < ROWS; i++) {
        const double r = residual(x, i);
        sum += 0.5 * r * r;
    }
    return sum;
}

static int gradient(const double *x, size_t n, double *g, void *user)
{
    (void)user;
    double intercept = 0.0;
    for (size_t j = 0; j < n; j++) {
        g[j] = 0.0;
    }
    for (size_t i = 0; i < ROWS; i++) {
        const double r = residual(x, i);
        for (size_t j = 0; j < n; j++) {
            g[j] += r * design[i][j];
        }
        intercept += r;
    }
    g[n] = intercept; /* wrong: g has n elements, and this is the one after them */
    return 0;
}

static ga_problem *open_fit(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    const double start[COLUMNS] = {0.3, -0.4, 0.2};
    ga_problem *p = NULL;
    ga_problem_flat(
        &(ga_flat){
            .name = "overrun_gradient", .n = COLUMNS, .x = start, .loss = loss, .grad = gradient},
        &p);
    ga_problem_input(p, "design", design, sizeof design);
    ga_problem_input(p, "target", target, sizeof target);
    return p;
}

static const ga_subject subjects[] = {
    {.name = "overrun_gradient",
     .summary = "writes one element past the end of the gradient",
     .open = open_fit},
};
GA_PLUGIN(subjects)
