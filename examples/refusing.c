/*
 * refusing: the gradient says that it cannot.
 *
 * The loss is Kepler's equation, solved by Newton's method and compared with an observed angle.
 * The gradient wants the solution to a tolerance that double precision cannot reach, gives up, and
 * says so by returning a non-zero value, as it should.
 *
 * gradaudit reports: P08 (callback-failed) with the value that was returned. It is not a status of
 * the audit but a finding: a gradient that cannot be had at the point is evidence too. Exit 4.
 *
 * To mend it: a tolerance that can be met, 1e-14 say.
 */
#include <gradaudit/plugin.h>

#include <math.h>

static const double observed = 1.3;
static const double time_of_day = 0.9;

/* Solves E - e sin E = M for E. 0 = solved. */
static int solve_kepler(double eccentricity, double mean, double tolerance, double *anomaly)
{
    double E = mean;
    for (int i = 0; i < 50; i++) {
        const double miss = E - eccentricity * sin(E) - mean;
        if (fabs(miss) < tolerance) {
            *anomaly = E;
            return 0;
        }
        E -= miss / (1.0 - eccentricity * cos(E));
    }
    *anomaly = E;
    return 1;
}

static double loss(const double *x, size_t n, void *user)
{
    (void)n;
    (void)user;
    double E = 0.0;
    if (solve_kepler(x[0], x[1] * time_of_day, 1e-14, &E) != 0) {
        return (double)NAN;
    }
    return 0.5 * (E - observed) * (E - observed);
}

static int gradient(const double *x, size_t n, double *g, void *user)
{
    (void)n;
    (void)user;
    double E = 0.0;
    if (solve_kepler(x[0], x[1] * time_of_day, 0.0, &E) != 0) { /* wrong: nothing is below 0 */
        return 1;
    }
    const double dE = (E - observed) / (1.0 - x[0] * cos(E));
    g[0] = dE * sin(E);
    g[1] = dE * time_of_day;
    return 0;
}

static ga_problem *open_refusing(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    const double start[2] = {0.4, 1.1}; /* eccentricity, mean motion */
    ga_problem *p = NULL;
    ga_problem_flat(
        &(ga_flat){.name = "refusing", .n = 2, .x = start, .loss = loss, .grad = gradient}, &p);
    ga_problem_input(p, "observed", &observed, sizeof observed);
    ga_problem_input(p, "time_of_day", &time_of_day, sizeof time_of_day);
    return p;
}

static const ga_subject subjects[] = {
    {.name = "refusing", .summary = "the gradient returns non-zero", .open = open_refusing},
};
GA_PLUGIN(subjects)
