/* Losses over one vector of doubles; see subjects.h. */
#include "subjects.h"

#include <math.h>
#include <string.h>

/* ---- Quadratic ------------------------------------------------------------------------------ */

static double unit_of(const void *user)
{
    return user ? *(const double *)user : 1.0;
}

static double centre(size_t i)
{
    return 0.25 * (double)i + 0.25;
}

double quadratic(const double *x, size_t n, void *user)
{
    const double u = unit_of(user);
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        const double r = x[i] / u - centre(i);
        sum += 0.5 * (double)(i + 1) * r * r;
    }
    return sum;
}

int quadratic_grad(const double *x, size_t n, double *g, void *user)
{
    const double u = unit_of(user);
    for (size_t i = 0; i < n; i++) {
        g[i] = (double)(i + 1) * (x[i] / u - centre(i)) / u;
    }
    return 0;
}

int quadratic_off(const double *x, size_t n, double *g, void *user)
{
    (void)quadratic_grad(x, n, g, user);
    g[1] *= 1.01;
    return 0;
}

static int quadratic_times(const double *x, size_t n, double *g, void *user, double factor)
{
    (void)quadratic_grad(x, n, g, user);
    for (size_t i = 0; i < n; i++) {
        g[i] *= factor;
    }
    return 0;
}

int quadratic_negated(const double *x, size_t n, double *g, void *user)
{
    return quadratic_times(x, n, g, user, -1.0);
}

int quadratic_doubled(const double *x, size_t n, double *g, void *user)
{
    return quadratic_times(x, n, g, user, 2.0);
}

int quadratic_zero(const double *x, size_t n, double *g, void *user)
{
    return quadratic_times(x, n, g, user, 0.0);
}

int quadratic_cut(const double *x, size_t n, double *g, void *user)
{
    (void)quadratic_grad(x, n, g, user);
    g[n - 1] = 0.0;
    return 0;
}

int quadratic_unwritten(const double *x, size_t n, double *g, void *user)
{
    for (size_t i = 0; i + 2 < n; i++) {
        g[i] = (double)(i + 1) * (x[i] / unit_of(user) - centre(i)) / unit_of(user);
    }
    return 0;
}

int quadratic_overrun(const double *x, size_t n, double *g, void *user)
{
    (void)quadratic_grad(x, n, g, user);
    g[n] = 0.0;
    return 0;
}

int quadratic_underrun(const double *x, size_t n, double *g, void *user)
{
    (void)quadratic_grad(x, n, g, user);
    g[-1] = 1.0;
    return 0;
}

int quadratic_adding(const double *x, size_t n, double *g, void *user)
{
    const double u = unit_of(user);
    for (size_t i = 0; i < n; i++) {
        g[i] += (double)(i + 1) * (x[i] / u - centre(i)) / u;
    }
    return 0;
}

int quadratic_nan(const double *x, size_t n, double *g, void *user)
{
    (void)quadratic_grad(x, n, g, user);
    g[1] = (double)NAN;
    return 0;
}

int quadratic_infinite(const double *x, size_t n, double *g, void *user)
{
    (void)quadratic_grad(x, n, g, user);
    g[1] = -(double)INFINITY;
    return 0;
}

int quadratic_moving(const double *x, size_t n, double *g, void *user)
{
    (void)quadratic_grad(x, n, g, user);
    double *writable = NULL; /* as a cast would do, but without a warning of the compiler */
    memcpy(&writable, &(const double *){x}, sizeof writable);
    writable[1] -= 0.125 * g[1];
    return 0;
}

int quadratic_refusing(const double *x, size_t n, double *g, void *user)
{
    (void)quadratic_grad(x, n, g, user);
    return 7;
}

/* ---- Rosenbrock ----------------------------------------------------------------------------- */

double rosenbrock(const double *x, size_t n, void *user)
{
    (void)n;
    (void)user;
    const double a = 1.0 - x[0];
    const double b = x[1] - x[0] * x[0];
    return a * a + 100.0 * b * b;
}

int rosenbrock_grad(const double *x, size_t n, double *g, void *user)
{
    (void)n;
    (void)user;
    const double b = x[1] - x[0] * x[0];
    g[0] = -2.0 * (1.0 - x[0]) - 400.0 * x[0] * b;
    g[1] = 200.0 * b;
    return 0;
}

int rosenbrock_wrong(const double *x, size_t n, double *g, void *user)
{
    (void)rosenbrock_grad(x, n, g, user);
    g[0] += 4.0 * (1.0 - x[0]);
    return 0;
}

/* ---- Log-sum-exp ---------------------------------------------------------------------------- */

static double largest_of(const double *x, size_t n)
{
    double largest = x[0];
    for (size_t i = 1; i < n; i++) {
        largest = x[i] > largest ? x[i] : largest;
    }
    return largest;
}

double log_sum_exp(const double *x, size_t n, void *user)
{
    (void)user;
    const double largest = largest_of(x, n);
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        sum += exp(x[i] - largest);
    }
    return largest + log(sum);
}

int log_sum_exp_grad(const double *x, size_t n, double *g, void *user)
{
    const double value = log_sum_exp(x, n, user);
    for (size_t i = 0; i < n; i++) {
        g[i] = exp(x[i] - value);
    }
    return 0;
}

int log_sum_exp_wrong(const double *x, size_t n, double *g, void *user)
{
    (void)user;
    const double largest = largest_of(x, n);
    for (size_t i = 0; i < n; i++) {
        g[i] = exp(x[i] - largest);
    }
    return 0;
}

/* ---- Robust --------------------------------------------------------------------------------- */

double robust(const double *x, size_t n, void *user)
{
    (void)user;
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        const double r = x[i] - 1.0 - (double)i;
        sum += log1p(0.5 * r * r);
    }
    return sum;
}

int robust_grad(const double *x, size_t n, double *g, void *user)
{
    (void)user;
    for (size_t i = 0; i < n; i++) {
        const double r = x[i] - 1.0 - (double)i;
        g[i] = r / (1.0 + 0.5 * r * r);
    }
    return 0;
}

int robust_wrong(const double *x, size_t n, double *g, void *user)
{
    (void)user;
    for (size_t i = 0; i < n; i++) {
        g[i] = x[i] - 1.0 - (double)i;
    }
    return 0;
}

/* ---- Kinks, stairs, saddles ----------------------------------------------------------------- */

double relu(const double *x, size_t n, void *user)
{
    (void)user;
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        sum += (x[i] > 0.0 ? x[i] : 0.0) + 0.5 * (x[i] - 2.0) * (x[i] - 2.0);
    }
    return sum;
}

static int relu_with(const double *x, size_t n, double *g, double at_kink)
{
    for (size_t i = 0; i < n; i++) {
        const double slope = x[i] > 0.0 ? 1.0 : 0.0;
        g[i] = (x[i] == 0.0 ? at_kink : slope) + x[i] - 2.0;
    }
    return 0;
}

int relu_grad(const double *x, size_t n, double *g, void *user)
{
    (void)user;
    return relu_with(x, n, g, 0.0);
}

int relu_wrong(const double *x, size_t n, double *g, void *user)
{
    (void)user;
    return relu_with(x, n, g, 1.2);
}

double norm(const double *x, size_t n, void *user)
{
    (void)user;
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        sum += x[i] * x[i];
    }
    return sqrt(sum);
}

int norm_textbook(const double *x, size_t n, double *g, void *user)
{
    const double length = norm(x, n, user);
    for (size_t i = 0; i < n; i++) {
        g[i] = x[i] / length;
    }
    return 0;
}

int norm_grad(const double *x, size_t n, double *g, void *user)
{
    const double length = norm(x, n, user);
    for (size_t i = 0; i < n; i++) {
        g[i] = length > 0.0 ? x[i] / length : 0.0;
    }
    return 0;
}

double stairs(const double *x, size_t n, void *user)
{
    (void)user;
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        const double step = floor(8.0 * x[i]) / 8.0;
        sum += 0.5 * step * step;
    }
    return sum;
}

int stairs_through(const double *x, size_t n, double *g, void *user)
{
    (void)user;
    for (size_t i = 0; i < n; i++) {
        g[i] = floor(8.0 * x[i]) / 8.0;
    }
    return 0;
}

int stairs_grad(const double *x, size_t n, double *g, void *user)
{
    (void)x;
    (void)user;
    memset(g, 0, n * sizeof *g);
    return 0;
}

double cosines(const double *x, size_t n, void *user)
{
    (void)user;
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        sum += cos(x[i]);
    }
    return sum;
}

int cosines_grad(const double *x, size_t n, double *g, void *user)
{
    (void)user;
    for (size_t i = 0; i < n; i++) {
        g[i] = -sin(x[i]);
    }
    return 0;
}
