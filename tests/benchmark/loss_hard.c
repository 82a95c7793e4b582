/*
 * Losses that are hard to measure, though their gradients are right: kinks at and near the point,
 * points without a slope, parameters that do nothing, steepness, the edge of a domain, bounds,
 * numbers near the ends of the range, and results that come out of an iteration.
 *
 * Each takes out->kind from its entry; what a kind means stands above the function.
 */
#include "loss.h"

#include <math.h>

static double square(double x)
{
    return x * x;
}

static void start(loss *out, loss_random *random, size_t n, double low, double high)
{
    out->n = n;
    for (size_t k = 0; k < n; k++) {
        out->x[k] = loss_uniform(random, low, high);
    }
}

/* Coefficients that differ from element to element, the same in value and slope. */
static double weight(size_t k)
{
    return 0.7 + 0.45 * (double)((k * 7u) % 5u);
}

/* ---- Kinks ------------------------------------------------------------------------------------
 */

/* sum w |x - c| + 0.3 (x - 0.2)^2, c in self->lower */
static double absolute_value(const loss *self, const double *x)
{
    double sum = 0.0;
    for (size_t k = 0; k < self->n; k++) {
        sum += weight(k) * fabs(x[k] - self->lower[k]) + 0.3 * square(x[k] - 0.2);
    }
    return sum;
}

static void absolute_slope(const loss *self, const double *x, double *g)
{
    for (size_t k = 0; k < self->n; k++) {
        const double off = x[k] - self->lower[k];
        const double sign = off > 0.0 ? 1.0 : off < 0.0 ? -1.0 : 0.0;
        g[k] = weight(k) * sign + 0.6 * (x[k] - 0.2);
    }
}

/* Kinks at a relative distance of 10^-kind on either side; kind 0: at the point, 1: at every third
 * point. */
static void make_absolute(loss *out, int instance, loss_random *random)
{
    static const char *const names[] = {"abs, at the kink", "abs, some at the kink",
                                        "abs, 1e-2",        "abs, 1e-3",
                                        "abs, 1e-4",        "abs, 1e-5",
                                        "abs, 1e-6",        "abs, 1e-7"};
    (void)instance;
    out->name = names[out->kind];
    start(out, random, 8, 0.5, 2.0);
    for (size_t k = 0; k < out->n; k++) {
        const double near = pow(10.0, -(double)out->kind) * (k % 2 == 0 ? 1.0 : -1.0);
        out->lower[k] = out->x[k] * (1.0 + near);
        if (out->kind == 0 || (out->kind == 1 && k % 3 == 0)) {
            out->lower[k] = out->x[k];
        }
    }
    out->value = absolute_value;
    out->slope = absolute_slope;
}

/* The largest of n parabolas; ties at the point when kind is 1: the first one's slope is returned.
 */
static size_t highest(const loss *self, const double *x)
{
    size_t best = 0;
    for (size_t k = 1; k < self->n; k++) {
        best = weight(k) * square(x[k]) > weight(best) * square(x[best]) ? k : best;
    }
    return best;
}

static double highest_value(const loss *self, const double *x)
{
    double sum = weight(highest(self, x)) * square(x[highest(self, x)]);
    for (size_t k = 0; k < self->n; k++) {
        sum += 0.1 * sin(x[k]);
    }
    return sum;
}

static void highest_slope(const loss *self, const double *x, double *g)
{
    const size_t best = highest(self, x);
    for (size_t k = 0; k < self->n; k++) {
        g[k] = 0.1 * cos(x[k]) + (k == best ? 2.0 * weight(k) * x[k] : 0.0);
    }
}

static void make_highest(loss *out, int instance, loss_random *random)
{
    (void)instance;
    out->name = out->kind ? "max of squares, tie" : "max of squares";
    start(out, random, 6, 0.5, 1.0);
    if (out->kind) {
        out->x[0] = 1.5;
        out->x[5] = 1.5; /* weight(0) == weight(5) */
    }
    out->value = highest_value;
    out->slope = highest_slope;
}

/* Least absolute deviations from a curve: many kinks around. */
static double many_value(const loss *self, const double *x)
{
    double sum = 0.0;
    for (int i = 0; i < 40; i++) {
        const double t = (double)i / 40.0;
        double curve = x[0];
        for (size_t k = 1; k < self->n; k++) {
            curve += x[k] * sin((double)k * 3.0 * t + 0.1);
        }
        sum += fabs(curve - cos(5.0 * t) - 0.37 * sin(43.0 * t));
    }
    return sum / 40.0;
}

static void many_slope(const loss *self, const double *x, double *g)
{
    for (size_t k = 0; k < self->n; k++) {
        g[k] = 0.0;
    }
    for (int i = 0; i < 40; i++) {
        const double t = (double)i / 40.0;
        double curve = x[0];
        for (size_t k = 1; k < self->n; k++) {
            curve += x[k] * sin((double)k * 3.0 * t + 0.1);
        }
        const double sign = curve > cos(5.0 * t) + 0.37 * sin(43.0 * t) ? 1.0 : -1.0;
        g[0] += sign / 40.0;
        for (size_t k = 1; k < self->n; k++) {
            g[k] += sign * sin((double)k * 3.0 * t + 0.1) / 40.0;
        }
    }
}

static void make_many(loss *out, int instance, loss_random *random)
{
    (void)instance;
    out->name = "least absolute deviations";
    start(out, random, 7, -1.0, 1.0);
    out->value = many_value;
    out->slope = many_slope;
}

/* ---- Stationary points ------------------------------------------------------------------------
 */

/* Kinds: 0 a bowl's minimum, 1 the same with fourth powers, 2 a saddle, 3 a bowl with an offset, 4
 * a minimum next to a slope: half of the elements. */
static double still_value(const loss *self, const double *x)
{
    double sum = self->kind == 3 ? 1000.0 : 0.0;
    for (size_t k = 0; k < self->n; k++) {
        const double off = x[k] - 1.0 - 0.25 * (double)k;
        const double sign = self->kind == 2 && k % 2 == 1 ? -1.0 : 1.0;
        sum += self->kind == 1 ? square(square(off)) : sign * weight(k) * square(off);
        sum += self->kind == 4 && k % 2 == 0 ? sin(x[k]) : 0.0;
    }
    return sum + 0.5 * (x[0] - 1.0) * (x[1] - 1.25);
}

static void still_slope(const loss *self, const double *x, double *g)
{
    for (size_t k = 0; k < self->n; k++) {
        const double off = x[k] - 1.0 - 0.25 * (double)k;
        const double sign = self->kind == 2 && k % 2 == 1 ? -1.0 : 1.0;
        g[k] = self->kind == 1 ? 4.0 * off * off * off : 2.0 * sign * weight(k) * off;
        g[k] += self->kind == 4 && k % 2 == 0 ? cos(x[k]) : 0.0;
    }
    g[0] += 0.5 * (x[1] - 1.25);
    g[1] += 0.5 * (x[0] - 1.0);
}

static void make_still(loss *out, int instance, loss_random *random)
{
    static const char *const names[] = {"minimum", "flat minimum", "saddle", "minimum, offset",
                                        "half a minimum"};
    (void)random;
    out->name = names[out->kind];
    out->n = 6;
    for (size_t k = 0; k < out->n; k++) { /* later instances: near it, at 1e-3, 1e-6 .. */
        out->x[k] = 1.0 + 0.25 * (double)k;
        out->x[k] *= 1.0 + (instance % 6 > 0 ? pow(10.0, -3.0 * (double)(instance % 6)) : 0.0);
    }
    out->value = still_value;
    out->slope = still_slope;
}

/* All phases equal: every slope is 0. */
static double phases_value(const loss *self, const double *x)
{
    double sum = 0.0;
    for (size_t k = 0; k + 1 < self->n; k++) {
        sum += cos(x[k] - x[k + 1]);
    }
    return sum;
}

static void phases_slope(const loss *self, const double *x, double *g)
{
    for (size_t k = 0; k < self->n; k++) {
        g[k] = 0.0;
    }
    for (size_t k = 0; k + 1 < self->n; k++) {
        g[k] -= sin(x[k] - x[k + 1]);
        g[k + 1] += sin(x[k] - x[k + 1]);
    }
}

static void make_equal(loss *out, int instance, loss_random *random)
{
    out->name = "all equal";
    (void)instance;
    start(out, random, 5, 0.5, 2.0);
    for (size_t k = 1; k < out->n; k++) {
        out->x[k] = out->x[0];
    }
    out->value = phases_value;
    out->slope = phases_slope;
}

/* ---- Parameters that do nothing ---------------------------------------------------------------
 */

/* Every third element is inert: kind 0 not read, 1 enters as 0 x, 2 behind a hinge far away. */
static double inert_value(const loss *self, const double *x)
{
    double sum = 1.0;
    for (size_t k = 0; k < self->n; k++) {
        if (k % 3 != 0) {
            sum += weight(k) * exp(-square(x[k])) + 0.2 * square(x[k]);
        } else if (self->kind == 1) {
            sum += 0.0 * x[k];
        } else if (self->kind == 2) {
            sum += 3.0 * fmax(0.0, x[k] - 50.0);
        }
    }
    return sum;
}

static void inert_slope(const loss *self, const double *x, double *g)
{
    for (size_t k = 0; k < self->n; k++) {
        g[k] = k % 3 == 0 ? 0.0 : (0.4 - 2.0 * weight(k) * exp(-square(x[k]))) * x[k];
    }
}

/* n from 1, with a constant of any size: nothing moves. */
static double constant_value(const loss *self, const double *x)
{
    (void)x;
    return self->kind == 0 ? 3.25 : self->kind == 1 ? 0.0 : -1e6;
}

static void constant_slope(const loss *self, const double *x, double *g)
{
    (void)x;
    for (size_t k = 0; k < self->n; k++) {
        g[k] = 0.0;
    }
}

static void make_constant(loss *out, int instance, loss_random *random)
{
    static const char *const names[] = {"constant", "constant 0", "constant -1e6"};
    out->name = names[out->kind];
    start(out, random, 1 + 2 * (size_t)(instance % 8), -1.0, 1.0);
    out->value = constant_value;
    out->slope = constant_slope;
}

/* ---- One parameter ----------------------------------------------------------------------------
 */

/* Kinds: 0 square, 1 sine, 2 cube, 3 linear, 4 softplus, 5 steep logistic, 6 reciprocal. */
static double single_value(const loss *self, const double *x)
{
    switch (self->kind) {
    case 0:
        return square(x[0]) - 3.0;
    case 1:
        return sin(3.0 * x[0]);
    case 2:
        return x[0] * x[0] * x[0] + 2.0;
    case 3:
        return 4.0 * x[0] + 1.0;
    case 4:
        return log1p(exp(x[0]));
    case 5:
        return 1.0 / (1.0 + exp(-40.0 * x[0]));
    default:
        return 1.0 / x[0];
    }
}

static void single_slope(const loss *self, const double *x, double *g)
{
    const double s = 1.0 / (1.0 + exp(-40.0 * x[0]));
    switch (self->kind) {
    case 0:
        g[0] = 2.0 * x[0];
        break;
    case 1:
        g[0] = 3.0 * cos(3.0 * x[0]);
        break;
    case 2:
        g[0] = 3.0 * x[0] * x[0];
        break;
    case 3:
        g[0] = 4.0;
        break;
    case 4:
        g[0] = 1.0 / (1.0 + exp(-x[0]));
        break;
    case 5:
        g[0] = 40.0 * s / (1.0 + exp(40.0 * x[0]));
        break;
    default:
        g[0] = -1.0 / (x[0] * x[0]);
        break;
    }
}

static void make_single(loss *out, int instance, loss_random *random)
{
    static const char *const names[] = {"one: square",    "one: sine",     "one: cube",
                                        "one: linear",    "one: softplus", "one: logistic",
                                        "one: reciprocal"};
    (void)instance;
    out->name = names[out->kind];
    start(out, random, 1, 0.05, 0.9);
    out->value = single_value;
    out->slope = single_slope;
}

/* ---- Steep, and the edge of the domain ---------------------------------------------------------
 */

/* Kinds: 0 exp(20 x), 1 exp(100 x), 2 log near 0, 3 sqrt near 0, 4 a barrier, 5 a pole near, 6
 * entropy, 7 a fast wave, 8 x^12, 9 log-sum-exp of 50 x. */
static double steep_value(const loss *self, const double *x)
{
    double sum = 0.0;
    for (size_t k = 0; k < self->n; k++) {
        const double v = x[k];
        switch (self->kind) {
        case 0:
            sum += exp(20.0 * v) + v;
            break;
        case 1:
            sum += exp(100.0 * v);
            break;
        case 2:
            sum -= weight(k) * log(v);
            break;
        case 3:
            sum += weight(k) * sqrt(v);
            break;
        case 4:
            sum += v - 1e-3 * log(1.0 - v * v);
            break;
        case 5:
            sum += weight(k) / (v - 0.999 * self->lower[k]);
            break;
        case 6:
            sum += v * log(v) + (1.0 - v) * log(1.0 - v);
            break;
        case 7:
            sum += sin(1000.0 * v) + v;
            break;
        case 8:
            sum += pow(v, 12.0);
            break;
        default:
            sum += exp(50.0 * (v - 1.0));
            break;
        }
    }
    return self->kind == 9 ? log(sum) + 50.0 : sum;
}

static void steep_slope(const loss *self, const double *x, double *g)
{
    double total = 0.0;
    for (size_t k = 0; k < self->n && self->kind == 9; k++) {
        total += exp(50.0 * (x[k] - 1.0));
    }
    for (size_t k = 0; k < self->n; k++) {
        const double v = x[k];
        switch (self->kind) {
        case 0:
            g[k] = 20.0 * exp(20.0 * v) + 1.0;
            break;
        case 1:
            g[k] = 100.0 * exp(100.0 * v);
            break;
        case 2:
            g[k] = -weight(k) / v;
            break;
        case 3:
            g[k] = 0.5 * weight(k) / sqrt(v);
            break;
        case 4:
            g[k] = 1.0 + 2e-3 * v / (1.0 - v * v);
            break;
        case 5:
            g[k] = -weight(k) / square(v - 0.999 * self->lower[k]);
            break;
        case 6:
            g[k] = log(v / (1.0 - v));
            break;
        case 7:
            g[k] = 1000.0 * cos(1000.0 * v) + 1.0;
            break;
        case 8:
            g[k] = 12.0 * pow(v, 11.0);
            break;
        default:
            g[k] = 50.0 * exp(50.0 * (v - 1.0)) / total;
            break;
        }
    }
}

static void make_steep(loss *out, int instance, loss_random *random)
{
    static const char *const names[] = {
        "exp 20 x", "exp 100 x", "log near 0", "sqrt near 0", "barrier",
        "pole",     "entropy",   "sin 1000 x", "x^12",        "log-sum-exp of 50 x"};
    static const double low[] = {0.2, 0.2, 1e-6, 1e-8, 0.9, 0.5, 0.01, 0.5, 0.5, 0.8};
    static const double high[] = {1.0, 0.5, 1e-3, 1e-4, 0.9999, 1.5, 0.99, 2.0, 2.0, 1.2};
    (void)instance;
    out->name = names[out->kind];
    start(out, random, 4, low[out->kind], high[out->kind]);
    for (size_t k = 0; k < out->n; k++) {
        out->lower[k] = out->x[k];
    }
    out->value = steep_value;
    out->slope = steep_slope;
}

/* ---- Bounds -----------------------------------------------------------------------------------
 */

/* Smooth inside its bounds, undefined outside. */
static double bounded_value(const loss *self, const double *x)
{
    double sum = 0.0;
    for (size_t k = 0; k < self->n; k++) {
        if (!(x[k] >= self->lower[k] && x[k] <= self->upper[k])) {
            return (double)NAN;
        }
        sum += weight(k) * exp(x[k]) * (1.0 + 0.2 * x[(k + 1) % self->n]);
    }
    return sum;
}

static void bounded_slope(const loss *self, const double *x, double *g)
{
    for (size_t k = 0; k < self->n; k++) {
        const size_t last = (k + self->n - 1) % self->n;
        g[k] = weight(k) * exp(x[k]) * (1.0 + 0.2 * x[(k + 1) % self->n]) +
               0.2 * weight(last) * exp(x[last]);
    }
}

/* Kinds: 0 at the lower bound, 1 at the upper, 2 a little inside, 3 one of each. */
static void make_bounded(loss *out, int instance, loss_random *random)
{
    static const char *const names[] = {"at the lower bound", "at the upper bound",
                                        "near the bounds", "some at bounds"};
    (void)instance;
    out->name = names[out->kind];
    start(out, random, 6, 0.2, 0.8);
    out->is_bounded = 1;
    for (size_t k = 0; k < out->n; k++) {
        out->lower[k] = -1.0;
        out->upper[k] = 1.0;
        if (out->kind == 0 || (out->kind == 3 && k == 1)) {
            out->lower[k] = out->x[k];
        }
        if (out->kind == 1 || (out->kind == 3 && k == 4)) {
            out->upper[k] = out->x[k];
        }
        if (out->kind == 2) {
            out->upper[k] = out->x[k] + pow(10.0, -1.0 - (double)k);
        }
    }
    out->value = bounded_value;
    out->slope = bounded_slope;
}

/* ---- The ends of the range --------------------------------------------------------------------
 */

/* Kinds: 0 loss 1e150, 1 loss 1e-150, 2 x 1e150, 3 x 1e-150, 4 x from 1e-8 to 1e8, 5 loss 1e300. */
static double unit_of(const loss *self, size_t k)
{
    return self->kind == 2   ? 1e150
           : self->kind == 3 ? 1e-150
           : self->kind == 4 ? pow(10.0, -8.0 + 4.0 * (double)k)
                             : 1.0;
}

static double extreme_value(const loss *self, const double *x)
{
    const double size = self->kind == 0 ? 1e150 : self->kind == 1 ? 1e-150 : 1.0;
    double sum = 0.0;
    for (size_t k = 0; k < self->n; k++) {
        const double u = x[k] / unit_of(self, k);
        const double v = x[(k + 1) % self->n] / unit_of(self, (k + 1) % self->n);
        sum += weight(k) * (square(u - 0.3) + 0.5 * sin(u) * v);
    }
    return (self->kind == 5 ? 1e300 : size) * sum;
}

static void extreme_slope(const loss *self, const double *x, double *g)
{
    const double size = self->kind == 0   ? 1e150
                        : self->kind == 1 ? 1e-150
                        : self->kind == 5 ? 1e300
                                          : 1.0;
    for (size_t k = 0; k < self->n; k++) {
        const size_t last = (k + self->n - 1) % self->n;
        const double u = x[k] / unit_of(self, k);
        const double v = x[(k + 1) % self->n] / unit_of(self, (k + 1) % self->n);
        const double t = x[last] / unit_of(self, last);
        g[k] = weight(k) * (2.0 * (u - 0.3) + 0.5 * cos(u) * v) + 0.5 * weight(last) * sin(t);
        g[k] = size * g[k] / unit_of(self, k);
    }
}

static void make_extreme(loss *out, int instance, loss_random *random)
{
    static const char *const names[] = {"loss 1e150", "loss 1e-150",   "x 1e150",
                                        "x 1e-150",   "x 1e-8 .. 1e8", "loss 1e300"};
    (void)instance;
    out->name = names[out->kind];
    start(out, random, 5, 0.5, 2.0);
    for (size_t k = 0; k < out->n; k++) {
        out->x[k] *= unit_of(out, k);
    }
    out->value = extreme_value;
    out->slope = extreme_slope;
}

/* ---- Results of an iteration ------------------------------------------------------------------
 */

/* Root z of z^3 + (1 + c^2) z = 3 + s, by the method in self->kind. */
static double solve(const loss *self, double c, double s)
{
    const double a = 1.0 + c * c;
    double low = -10.0;
    double high = 10.0;
    if (self->kind == 0) { /* bisection, to an absolute tolerance */
        while (high - low > self->tolerance) {
            const double middle = 0.5 * low + 0.5 * high;
            if (middle * middle * middle + a * middle > 3.0 + s) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return 0.5 * low + 0.5 * high;
    }
    double z = 1.0;
    for (int i = 0; i < 200; i++) { /* Newton, until the step is short */
        const double step = (z * z * z + a * z - 3.0 - s) / (3.0 * z * z + a);
        z -= step;
        if (fabs(step) < self->tolerance) {
            break;
        }
    }
    return z;
}

static double solver_value(const loss *self, const double *x)
{
    double sum = 0.0;
    for (size_t k = 0; k + 1 < self->n; k += 2) {
        sum += weight(k) * square(solve(self, x[k], x[k + 1]));
    }
    return sum;
}

/* By the implicit function theorem. */
static void solver_slope(const loss *self, const double *x, double *g)
{
    loss exact = *self;
    exact.kind = 1;
    exact.tolerance = 1e-14;
    for (size_t k = 0; k + 1 < self->n; k += 2) {
        const double z = solve(&exact, x[k], x[k + 1]);
        const double below = 3.0 * z * z + 1.0 + x[k] * x[k];
        g[k] = 2.0 * weight(k) * z * (-2.0 * x[k] * z / below);
        g[k + 1] = 2.0 * weight(k) * z / below;
    }
}

static void make_solver(loss *out, int instance, loss_random *random)
{
    static const char *const names[] = {"bisection 1e-9", "newton 1e-6", "bisection 1e-12"};
    (void)instance;
    out->name = names[out->kind];
    start(out, random, 8, -1.5, 1.5);
    out->tolerance = out->kind == 0 ? 1e-9 : out->kind == 1 ? 1e-6 : 1e-12;
    out->kind = out->kind == 1 ? 1 : 0;
    out->value = solver_value;
    out->slope = solver_slope;
}

/* Integral over [0, 1] of exp(-a t) + b t^2 sin(c t), by adaptive Simpson. */
static double integrand(const double *x, double t)
{
    return exp(-x[0] * t) + x[1] * t * t * sin(x[2] * t);
}

static double simpson(const double *x, double from, double to, double whole, double tolerance,
                      int depth)
{
    const double middle = 0.5 * (from + to);
    const double quarter = 0.5 * (from + middle);
    const double most = 0.5 * (middle + to);
    const double h = to - from;
    const double left =
        h / 12.0 * (integrand(x, from) + 4.0 * integrand(x, quarter) + integrand(x, middle));
    const double right =
        h / 12.0 * (integrand(x, middle) + 4.0 * integrand(x, most) + integrand(x, to));
    if (depth <= 0 || fabs(left + right - whole) <= 15.0 * tolerance) {
        return left + right + (left + right - whole) / 15.0;
    }
    return simpson(x, from, middle, left, tolerance / 2.0, depth - 1) +
           simpson(x, middle, to, right, tolerance / 2.0, depth - 1);
}

static double quadrature_value(const loss *self, const double *x)
{
    const double whole = (integrand(x, 0.0) + 4.0 * integrand(x, 0.5) + integrand(x, 1.0)) / 6.0;
    return square(simpson(x, 0.0, 1.0, whole, self->tolerance, 30) - 0.4);
}

/* The integrals in closed form. */
static void quadrature_slope(const loss *self, const double *x, double *g)
{
    const double a = x[0];
    const double c = x[2];
    const double s = sin(c);
    const double k = cos(c);
    const double first = (1.0 - exp(-a)) / a;
    const double second = (2.0 * c * s + (2.0 - c * c) * k - 2.0) / (c * c * c);
    const double integral = first + x[1] * second;
    const double outer = 2.0 * (integral - 0.4);
    (void)self;
    g[0] = outer * (exp(-a) * (1.0 + a) - 1.0) / (a * a);
    g[1] = outer * second;
    /* d second / dc = integral of t^3 cos(c t) */
    g[2] = outer * x[1] *
           (s / c + 3.0 * k / (c * c) - 6.0 * s / (c * c * c) - 6.0 * (k - 1.0) / (c * c * c * c));
}

static void make_quadrature(loss *out, int instance, loss_random *random)
{
    (void)instance;
    out->name = out->kind ? "adaptive simpson 1e-12" : "adaptive simpson 1e-9";
    start(out, random, 3, 1.5, 4.0);
    out->tolerance = out->kind ? 1e-12 : 1e-9;
    out->rtol = out->kind ? 1e-6 : 1e-4; /* the slope of what is computed differs from the limit */
    out->value = quadrature_value;
    out->slope = quadrature_slope;
}

static void make_inert(loss *out, int instance, loss_random *random)
{
    static const char *const names[] = {"inert", "inert, 0 x", "inert, hinge far away"};
    (void)instance;
    out->name = names[out->kind];
    start(out, random, 9, 0.3, 1.5);
    out->value = inert_value;
    out->slope = inert_slope;
}

#define HARD(group, make, kind)                                                                    \
    {                                                                                              \
        NULL, group, make, kind, NULL, 0                                                           \
    }

/* clang-format off */
static const loss_entry entries[] = {
    HARD(LOSS_KINK, make_absolute, 0), HARD(LOSS_KINK, make_absolute, 1),
    HARD(LOSS_KINK, make_absolute, 2), HARD(LOSS_KINK, make_absolute, 3),
    HARD(LOSS_KINK, make_absolute, 4), HARD(LOSS_KINK, make_absolute, 5),
    HARD(LOSS_KINK, make_absolute, 6), HARD(LOSS_KINK, make_absolute, 7),
    HARD(LOSS_KINK, make_highest, 0), HARD(LOSS_KINK, make_highest, 1),
    HARD(LOSS_KINK, make_many, 0),
    HARD(LOSS_STATIONARY, make_still, 0), HARD(LOSS_STATIONARY, make_still, 1),
    HARD(LOSS_STATIONARY, make_still, 2), HARD(LOSS_STATIONARY, make_still, 3),
    HARD(LOSS_STATIONARY, make_still, 4), HARD(LOSS_STATIONARY, make_equal, 0),
    HARD(LOSS_INERT, make_inert, 0), HARD(LOSS_INERT, make_inert, 1),
    HARD(LOSS_INERT, make_inert, 2), HARD(LOSS_INERT, make_constant, 0),
    HARD(LOSS_INERT, make_constant, 1), HARD(LOSS_INERT, make_constant, 2),
    HARD(LOSS_STEEP, make_single, 0), HARD(LOSS_STEEP, make_single, 1),
    HARD(LOSS_STEEP, make_single, 2), HARD(LOSS_STEEP, make_single, 3),
    HARD(LOSS_STEEP, make_single, 4), HARD(LOSS_STEEP, make_single, 5),
    HARD(LOSS_STEEP, make_single, 6),
    HARD(LOSS_STEEP, make_steep, 0), HARD(LOSS_STEEP, make_steep, 1),
    HARD(LOSS_STEEP, make_steep, 2), HARD(LOSS_STEEP, make_steep, 3),
    HARD(LOSS_STEEP, make_steep, 4), HARD(LOSS_STEEP, make_steep, 5),
    HARD(LOSS_STEEP, make_steep, 6), HARD(LOSS_STEEP, make_steep, 7),
    HARD(LOSS_STEEP, make_steep, 8), HARD(LOSS_STEEP, make_steep, 9),
    HARD(LOSS_BOUNDED, make_bounded, 0), HARD(LOSS_BOUNDED, make_bounded, 1),
    HARD(LOSS_BOUNDED, make_bounded, 2), HARD(LOSS_BOUNDED, make_bounded, 3),
    HARD(LOSS_EXTREME, make_extreme, 0), HARD(LOSS_EXTREME, make_extreme, 1),
    HARD(LOSS_EXTREME, make_extreme, 2), HARD(LOSS_EXTREME, make_extreme, 3),
    HARD(LOSS_EXTREME, make_extreme, 4), HARD(LOSS_EXTREME, make_extreme, 5),
    HARD(LOSS_SOLVER, make_solver, 0), HARD(LOSS_SOLVER, make_solver, 1),
    HARD(LOSS_SOLVER, make_solver, 2), HARD(LOSS_SOLVER, make_quadrature, 0),
    HARD(LOSS_SOLVER, make_quadrature, 1),
};
/* clang-format on */

const loss_family loss_hard = {entries, sizeof entries / sizeof *entries};
