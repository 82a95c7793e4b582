/*
 * Least-squares test functions of Moré, Garbow and Hillstrom, "Testing unconstrained optimization
 * software", ACM Trans. Math. Software 7 (1981), with their data and starting points, and Jacobians
 * by hand. f is the sum of the squared residuals.
 *
 * Each function writes its residuals to r and the non-zero elements of its Jacobian, which comes
 * cleared: D(i, k) is the derivative of r[i] by x[k].
 */
#include "loss.h"

#include <math.h>
#include <string.h>

enum {
    RESIDUALS_MOST = 70,
    PARAMETERS_MOST = 20
};

static const double PI = 3.14159265358979323846;

#define D(i, k) jacobian[(size_t)(i)*l->n + (size_t)(k)]

double loss_squares(const loss *self, const double *x)
{
    double r[RESIDUALS_MOST];
    double jacobian[RESIDUALS_MOST * PARAMETERS_MOST];
    double sum = 0.0;
    memset(jacobian, 0, sizeof jacobian);
    self->residuals(self, x, r, jacobian);
    for (size_t i = 0; i < self->m; i++) {
        sum += r[i] * r[i];
    }
    return sum;
}

void loss_squares_slope(const loss *self, const double *x, double *g)
{
    double r[RESIDUALS_MOST];
    double jacobian[RESIDUALS_MOST * PARAMETERS_MOST];
    memset(jacobian, 0, sizeof jacobian);
    self->residuals(self, x, r, jacobian);
    for (size_t k = 0; k < self->n; k++) {
        g[k] = 0.0;
        for (size_t i = 0; i < self->m; i++) {
            g[k] += 2.0 * r[i] * jacobian[i * self->n + k];
        }
    }
}

static double number(size_t i)
{
    return (double)i;
}

/* ---- Fixed numbers of parameters --------------------------------------------------------------
 */

static void rosenbrock(const loss *l, const double *x, double *r, double *jacobian)
{
    for (size_t i = 0; i + 1 < l->n; i += 2) { /* any even number: extended */
        r[i] = 10.0 * (x[i + 1] - x[i] * x[i]);
        r[i + 1] = 1.0 - x[i];
        D(i, i) = -20.0 * x[i];
        D(i, i + 1) = 10.0;
        D(i + 1, i) = -1.0;
    }
}

static void freudenstein_roth(const loss *l, const double *x, double *r, double *jacobian)
{
    r[0] = -13.0 + x[0] + ((5.0 - x[1]) * x[1] - 2.0) * x[1];
    r[1] = -29.0 + x[0] + ((x[1] + 1.0) * x[1] - 14.0) * x[1];
    D(0, 0) = 1.0;
    D(0, 1) = 10.0 * x[1] - 3.0 * x[1] * x[1] - 2.0;
    D(1, 0) = 1.0;
    D(1, 1) = 3.0 * x[1] * x[1] + 2.0 * x[1] - 14.0;
}

static void powell_badly_scaled(const loss *l, const double *x, double *r, double *jacobian)
{
    r[0] = 1e4 * x[0] * x[1] - 1.0;
    r[1] = exp(-x[0]) + exp(-x[1]) - 1.0001;
    D(0, 0) = 1e4 * x[1];
    D(0, 1) = 1e4 * x[0];
    D(1, 0) = -exp(-x[0]);
    D(1, 1) = -exp(-x[1]);
}

static void brown_badly_scaled(const loss *l, const double *x, double *r, double *jacobian)
{
    r[0] = x[0] - 1e6;
    r[1] = x[1] - 2e-6;
    r[2] = x[0] * x[1] - 2.0;
    D(0, 0) = 1.0;
    D(1, 1) = 1.0;
    D(2, 0) = x[1];
    D(2, 1) = x[0];
}

static void beale(const loss *l, const double *x, double *r, double *jacobian)
{
    static const double y[3] = {1.5, 2.25, 2.625};
    double power = 1.0;
    for (size_t i = 0; i < 3; i++) {
        D(i, 1) = number(i + 1) * power * x[0];
        power *= x[1];
        r[i] = y[i] - x[0] * (1.0 - power);
        D(i, 0) = power - 1.0;
    }
}

static void jennrich_sampson(const loss *l, const double *x, double *r, double *jacobian)
{
    for (size_t i = 0; i < l->m; i++) {
        const double k = number(i + 1);
        const double a = exp(k * x[0]);
        const double b = exp(k * x[1]);
        r[i] = 2.0 + 2.0 * k - (a + b);
        D(i, 0) = -k * a;
        D(i, 1) = -k * b;
    }
}

static void helical_valley(const loss *l, const double *x, double *r, double *jacobian)
{
    const double square = x[0] * x[0] + x[1] * x[1];
    const double radius = sqrt(square);
    const double angle = atan(x[1] / x[0]) / (2.0 * PI) + (x[0] < 0.0 ? 0.5 : 0.0);
    r[0] = 10.0 * (x[2] - 10.0 * angle);
    r[1] = 10.0 * (radius - 1.0);
    r[2] = x[2];
    D(0, 0) = 100.0 * x[1] / square / (2.0 * PI);
    D(0, 1) = -100.0 * x[0] / square / (2.0 * PI);
    D(0, 2) = 10.0;
    D(1, 0) = 10.0 * x[0] / radius;
    D(1, 1) = 10.0 * x[1] / radius;
    D(2, 2) = 1.0;
}

static void bard(const loss *l, const double *x, double *r, double *jacobian)
{
    static const double y[15] = {0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39,
                                 0.37, 0.58, 0.73, 0.96, 1.34, 2.10, 4.39};
    for (size_t i = 0; i < 15; i++) {
        const double u = number(i + 1);
        const double v = 16.0 - u;
        const double w = u < v ? u : v;
        const double below = v * x[1] + w * x[2];
        r[i] = y[i] - (x[0] + u / below);
        D(i, 0) = -1.0;
        D(i, 1) = u * v / (below * below);
        D(i, 2) = u * w / (below * below);
    }
}

static void gaussian(const loss *l, const double *x, double *r, double *jacobian)
{
    static const double y[15] = {0.0009, 0.0044, 0.0175, 0.0540, 0.1295, 0.2420, 0.3521, 0.3989,
                                 0.3521, 0.2420, 0.1295, 0.0540, 0.0175, 0.0044, 0.0009};
    for (size_t i = 0; i < 15; i++) {
        const double t = (8.0 - number(i + 1)) / 2.0;
        const double off = t - x[2];
        const double bell = exp(-x[1] * off * off / 2.0);
        r[i] = x[0] * bell - y[i];
        D(i, 0) = bell;
        D(i, 1) = -x[0] * bell * off * off / 2.0;
        D(i, 2) = x[0] * bell * x[1] * off;
    }
}

static void meyer(const loss *l, const double *x, double *r, double *jacobian)
{
    static const double y[16] = {34780, 28610, 23650, 19630, 16370, 13720, 11540, 9744,
                                 8261,  7030,  6005,  5147,  4427,  3820,  3307,  2872};
    for (size_t i = 0; i < 16; i++) {
        const double t = 45.0 + 5.0 * number(i + 1);
        const double below = t + x[2];
        const double power = exp(x[1] / below);
        r[i] = x[0] * power - y[i];
        D(i, 0) = power;
        D(i, 1) = x[0] * power / below;
        D(i, 2) = -x[0] * power * x[1] / (below * below);
    }
}

static void gulf(const loss *l, const double *x, double *r, double *jacobian)
{
    for (size_t i = 0; i < l->m; i++) {
        const double t = number(i + 1) / 100.0;
        const double y = 25.0 + pow(-50.0 * log(t), 2.0 / 3.0);
        const double off = y - x[1];
        const double power = pow(fabs(off), x[2]);
        const double bell = exp(-power / x[0]);
        r[i] = bell - t;
        D(i, 0) = bell * power / (x[0] * x[0]);
        D(i, 1) = bell * x[2] * power / off / x[0];
        D(i, 2) = -bell * power * log(fabs(off)) / x[0];
    }
}

static void box_3d(const loss *l, const double *x, double *r, double *jacobian)
{
    for (size_t i = 0; i < l->m; i++) {
        const double t = 0.1 * number(i + 1);
        r[i] = exp(-t * x[0]) - exp(-t * x[1]) - x[2] * (exp(-t) - exp(-10.0 * t));
        D(i, 0) = -t * exp(-t * x[0]);
        D(i, 1) = t * exp(-t * x[1]);
        D(i, 2) = exp(-10.0 * t) - exp(-t);
    }
}

static void powell_singular(const loss *l, const double *x, double *r, double *jacobian)
{
    for (size_t i = 0; i + 3 < l->n; i += 4) { /* any multiple of four: extended */
        const double a = x[i + 1] - 2.0 * x[i + 2];
        const double b = x[i] - x[i + 3];
        r[i] = x[i] + 10.0 * x[i + 1];
        r[i + 1] = sqrt(5.0) * (x[i + 2] - x[i + 3]);
        r[i + 2] = a * a;
        r[i + 3] = sqrt(10.0) * b * b;
        D(i, i) = 1.0;
        D(i, i + 1) = 10.0;
        D(i + 1, i + 2) = sqrt(5.0);
        D(i + 1, i + 3) = -sqrt(5.0);
        D(i + 2, i + 1) = 2.0 * a;
        D(i + 2, i + 2) = -4.0 * a;
        D(i + 3, i) = 2.0 * sqrt(10.0) * b;
        D(i + 3, i + 3) = -2.0 * sqrt(10.0) * b;
    }
}

static void wood(const loss *l, const double *x, double *r, double *jacobian)
{
    r[0] = 10.0 * (x[1] - x[0] * x[0]);
    r[1] = 1.0 - x[0];
    r[2] = sqrt(90.0) * (x[3] - x[2] * x[2]);
    r[3] = 1.0 - x[2];
    r[4] = sqrt(10.0) * (x[1] + x[3] - 2.0);
    r[5] = (x[1] - x[3]) / sqrt(10.0);
    D(0, 0) = -20.0 * x[0];
    D(0, 1) = 10.0;
    D(1, 0) = -1.0;
    D(2, 2) = -2.0 * sqrt(90.0) * x[2];
    D(2, 3) = sqrt(90.0);
    D(3, 2) = -1.0;
    D(4, 1) = D(4, 3) = sqrt(10.0);
    D(5, 1) = 1.0 / sqrt(10.0);
    D(5, 3) = -1.0 / sqrt(10.0);
}

static void kowalik_osborne(const loss *l, const double *x, double *r, double *jacobian)
{
    static const double y[11] = {0.1957, 0.1947, 0.1735, 0.1600, 0.0844, 0.0627,
                                 0.0456, 0.0342, 0.0323, 0.0235, 0.0246};
    static const double u[11] = {4.0,   2.0, 1.0,    0.5,    0.25,  0.167,
                                 0.125, 0.1, 0.0833, 0.0714, 0.0625};
    for (size_t i = 0; i < 11; i++) {
        const double above = u[i] * u[i] + u[i] * x[1];
        const double below = u[i] * u[i] + u[i] * x[2] + x[3];
        r[i] = y[i] - x[0] * above / below;
        D(i, 0) = -above / below;
        D(i, 1) = -x[0] * u[i] / below;
        D(i, 2) = x[0] * above * u[i] / (below * below);
        D(i, 3) = x[0] * above / (below * below);
    }
}

static void brown_dennis(const loss *l, const double *x, double *r, double *jacobian)
{
    for (size_t i = 0; i < l->m; i++) {
        const double t = number(i + 1) / 5.0;
        const double a = x[0] + t * x[1] - exp(t);
        const double b = x[2] + x[3] * sin(t) - cos(t);
        r[i] = a * a + b * b;
        D(i, 0) = 2.0 * a;
        D(i, 1) = 2.0 * a * t;
        D(i, 2) = 2.0 * b;
        D(i, 3) = 2.0 * b * sin(t);
    }
}

static void osborne_1(const loss *l, const double *x, double *r, double *jacobian)
{
    static const double y[33] = {0.844, 0.908, 0.932, 0.936, 0.925, 0.908, 0.881, 0.850, 0.818,
                                 0.784, 0.751, 0.718, 0.685, 0.658, 0.628, 0.603, 0.580, 0.558,
                                 0.538, 0.522, 0.506, 0.490, 0.478, 0.467, 0.457, 0.448, 0.438,
                                 0.431, 0.424, 0.420, 0.414, 0.411, 0.406};
    for (size_t i = 0; i < 33; i++) {
        const double t = 10.0 * number(i);
        const double a = exp(-t * x[3]);
        const double b = exp(-t * x[4]);
        r[i] = y[i] - (x[0] + x[1] * a + x[2] * b);
        D(i, 0) = -1.0;
        D(i, 1) = -a;
        D(i, 2) = -b;
        D(i, 3) = t * x[1] * a;
        D(i, 4) = t * x[2] * b;
    }
}

static void biggs_exp6(const loss *l, const double *x, double *r, double *jacobian)
{
    for (size_t i = 0; i < l->m; i++) {
        const double t = 0.1 * number(i + 1);
        const double y = exp(-t) - 5.0 * exp(-10.0 * t) + 3.0 * exp(-4.0 * t);
        r[i] = x[2] * exp(-t * x[0]) - x[3] * exp(-t * x[1]) + x[5] * exp(-t * x[4]) - y;
        D(i, 0) = -t * x[2] * exp(-t * x[0]);
        D(i, 1) = t * x[3] * exp(-t * x[1]);
        D(i, 2) = exp(-t * x[0]);
        D(i, 3) = -exp(-t * x[1]);
        D(i, 4) = -t * x[5] * exp(-t * x[4]);
        D(i, 5) = exp(-t * x[4]);
    }
}

static void osborne_2(const loss *l, const double *x, double *r, double *jacobian)
{
    static const double y[65] = {
        1.366, 1.191, 1.112, 1.013, 0.991, 0.885, 0.831, 0.847, 0.786, 0.725, 0.746, 0.679, 0.608,
        0.655, 0.616, 0.606, 0.602, 0.626, 0.651, 0.724, 0.649, 0.649, 0.694, 0.644, 0.624, 0.661,
        0.612, 0.558, 0.533, 0.495, 0.500, 0.423, 0.395, 0.375, 0.372, 0.391, 0.396, 0.405, 0.428,
        0.429, 0.523, 0.562, 0.607, 0.653, 0.672, 0.708, 0.633, 0.668, 0.645, 0.632, 0.591, 0.559,
        0.597, 0.625, 0.739, 0.710, 0.729, 0.720, 0.636, 0.581, 0.428, 0.292, 0.162, 0.098, 0.054};
    for (size_t i = 0; i < 65; i++) {
        const double t = number(i) / 10.0;
        const double first = exp(-t * x[4]);
        r[i] = y[i] - x[0] * first;
        D(i, 0) = -first;
        D(i, 4) = t * x[0] * first;
        for (size_t k = 1; k < 4; k++) { /* three bells: height k, width k + 4, place k + 7 */
            const double off = t - x[k + 7];
            const double bell = exp(-off * off * x[k + 4]);
            r[i] -= x[k] * bell;
            D(i, k) = -bell;
            D(i, k + 4) = x[k] * bell * off * off;
            D(i, k + 7) = -x[k] * bell * 2.0 * off * x[k + 4];
        }
    }
}

/* ---- Any number of parameters -----------------------------------------------------------------
 */

static void watson(const loss *l, const double *x, double *r, double *jacobian)
{
    for (size_t i = 0; i < 29; i++) {
        const double t = number(i + 1) / 29.0;
        double sum = 0.0;
        double slope = 0.0;
        double power = 1.0; /* t^k */
        for (size_t k = 0; k < l->n; k++) {
            sum += x[k] * power;
            slope += k > 0 ? number(k) * x[k] * power / t : 0.0;
            power *= t;
        }
        r[i] = slope - sum * sum - 1.0;
        power = 1.0;
        for (size_t k = 0; k < l->n; k++) {
            D(i, k) = (k > 0 ? number(k) * power / t : 0.0) - 2.0 * sum * power;
            power *= t;
        }
    }
    r[29] = x[0];
    r[30] = x[1] - x[0] * x[0] - 1.0;
    D(29, 0) = 1.0;
    D(30, 0) = -2.0 * x[0];
    D(30, 1) = 1.0;
}

static void penalty_1(const loss *l, const double *x, double *r, double *jacobian)
{
    const double root = sqrt(1e-5);
    double sum = -0.25;
    for (size_t i = 0; i < l->n; i++) {
        r[i] = root * (x[i] - 1.0);
        D(i, i) = root;
        sum += x[i] * x[i];
        D(l->n, i) = 2.0 * x[i];
    }
    r[l->n] = sum;
}

static void penalty_2(const loss *l, const double *x, double *r, double *jacobian)
{
    const double root = sqrt(1e-5);
    const size_t n = l->n;
    double sum = -1.0;
    r[0] = x[0] - 0.2;
    D(0, 0) = 1.0;
    for (size_t i = 1; i < n; i++) {
        const double y = exp(number(i + 1) / 10.0) + exp(number(i) / 10.0);
        r[i] = root * (exp(x[i] / 10.0) + exp(x[i - 1] / 10.0) - y);
        D(i, i) = root * exp(x[i] / 10.0) / 10.0;
        D(i, i - 1) = root * exp(x[i - 1] / 10.0) / 10.0;
        r[n + i - 1] = root * (exp(x[i] / 10.0) - exp(-0.1));
        D(n + i - 1, i) = root * exp(x[i] / 10.0) / 10.0;
    }
    for (size_t k = 0; k < n; k++) {
        sum += number(n - k) * x[k] * x[k];
        D(2 * n - 1, k) = 2.0 * number(n - k) * x[k];
    }
    r[2 * n - 1] = sum;
}

static void variably_dimensioned(const loss *l, const double *x, double *r, double *jacobian)
{
    const size_t n = l->n;
    double sum = 0.0;
    for (size_t k = 0; k < n; k++) {
        r[k] = x[k] - 1.0;
        D(k, k) = 1.0;
        sum += number(k + 1) * (x[k] - 1.0);
    }
    for (size_t k = 0; k < n; k++) {
        D(n, k) = number(k + 1);
        D(n + 1, k) = 2.0 * sum * number(k + 1);
    }
    r[n] = sum;
    r[n + 1] = sum * sum;
}

static void trigonometric(const loss *l, const double *x, double *r, double *jacobian)
{
    double sum = number(l->n);
    for (size_t k = 0; k < l->n; k++) {
        sum -= cos(x[k]);
    }
    for (size_t i = 0; i < l->n; i++) {
        r[i] = sum + number(i + 1) * (1.0 - cos(x[i])) - sin(x[i]);
        for (size_t k = 0; k < l->n; k++) {
            D(i, k) = sin(x[k]);
        }
        D(i, i) += number(i + 1) * sin(x[i]) - cos(x[i]);
    }
}

static void brown_almost_linear(const loss *l, const double *x, double *r, double *jacobian)
{
    const size_t n = l->n;
    double sum = 0.0;
    double product = 1.0;
    for (size_t k = 0; k < n; k++) {
        sum += x[k];
        product *= x[k];
    }
    for (size_t i = 0; i + 1 < n; i++) {
        r[i] = x[i] + sum - number(n + 1);
        for (size_t k = 0; k < n; k++) {
            D(i, k) = k == i ? 2.0 : 1.0;
        }
    }
    r[n - 1] = product - 1.0;
    for (size_t k = 0; k < n; k++) {
        double others = 1.0;
        for (size_t i = 0; i < n; i++) {
            others *= i == k ? 1.0 : x[i];
        }
        D(n - 1, k) = others;
    }
}

static void boundary_value(const loss *l, const double *x, double *r, double *jacobian)
{
    const size_t n = l->n;
    const double h = 1.0 / number(n + 1);
    for (size_t i = 0; i < n; i++) {
        const double sum = x[i] + number(i + 1) * h + 1.0;
        r[i] = 2.0 * x[i] + h * h * sum * sum * sum / 2.0;
        D(i, i) = 2.0 + 1.5 * h * h * sum * sum;
        if (i > 0) {
            r[i] -= x[i - 1];
            D(i, i - 1) = -1.0;
        }
        if (i + 1 < n) {
            r[i] -= x[i + 1];
            D(i, i + 1) = -1.0;
        }
    }
}

static void integral_equation(const loss *l, const double *x, double *r, double *jacobian)
{
    const size_t n = l->n;
    const double h = 1.0 / number(n + 1);
    for (size_t i = 0; i < n; i++) {
        const double t = number(i + 1) * h;
        r[i] = x[i];
        for (size_t k = 0; k < n; k++) {
            const double s = number(k + 1) * h;
            const double sum = x[k] + s + 1.0;
            const double weight = k <= i ? (1.0 - t) * s : t * (1.0 - s);
            r[i] += h / 2.0 * weight * sum * sum * sum;
            D(i, k) = (k == i ? 1.0 : 0.0) + 1.5 * h * weight * sum * sum;
        }
    }
}

static void broyden_tridiagonal(const loss *l, const double *x, double *r, double *jacobian)
{
    for (size_t i = 0; i < l->n; i++) {
        r[i] = (3.0 - 2.0 * x[i]) * x[i] + 1.0;
        D(i, i) = 3.0 - 4.0 * x[i];
        if (i > 0) {
            r[i] -= x[i - 1];
            D(i, i - 1) = -1.0;
        }
        if (i + 1 < l->n) {
            r[i] -= 2.0 * x[i + 1];
            D(i, i + 1) = -2.0;
        }
    }
}

static void broyden_banded(const loss *l, const double *x, double *r, double *jacobian)
{
    for (size_t i = 0; i < l->n; i++) {
        r[i] = x[i] * (2.0 + 5.0 * x[i] * x[i]) + 1.0;
        D(i, i) = 2.0 + 15.0 * x[i] * x[i];
        for (size_t k = i < 5 ? 0 : i - 5; k < l->n && k <= i + 1; k++) {
            if (k != i) {
                r[i] -= x[k] * (1.0 + x[k]);
                D(i, k) = -1.0 - 2.0 * x[k];
            }
        }
    }
}

static void linear_full_rank(const loss *l, const double *x, double *r, double *jacobian)
{
    double sum = 0.0;
    for (size_t k = 0; k < l->n; k++) {
        sum += x[k];
    }
    for (size_t i = 0; i < l->m; i++) {
        r[i] = (i < l->n ? x[i] : 0.0) - 2.0 / number(l->m) * sum - 1.0;
        for (size_t k = 0; k < l->n; k++) {
            D(i, k) = (k == i ? 1.0 : 0.0) - 2.0 / number(l->m);
        }
    }
}

static void linear_rank_one(const loss *l, const double *x, double *r, double *jacobian)
{
    double sum = 0.0;
    for (size_t k = 0; k < l->n; k++) {
        sum += number(k + 1) * x[k];
    }
    for (size_t i = 0; i < l->m; i++) {
        r[i] = number(i + 1) * sum - 1.0;
        for (size_t k = 0; k < l->n; k++) {
            D(i, k) = number(i + 1) * number(k + 1);
        }
    }
}

static void chebyquad(const loss *l, const double *x, double *r, double *jacobian)
{
    for (size_t i = 0; i < l->m; i++) {
        const size_t order = i + 1; /* of the polynomial; its integral over [0, 1]: */
        r[i] = order % 2 == 0 ? 1.0 / (number(order) * number(order) - 1.0) : 0.0;
    }
    for (size_t k = 0; k < l->n; k++) {
        const double y = 2.0 * x[k] - 1.0;
        double before = 1.0;
        double now = y;
        double slope_before = 0.0;
        double slope = 2.0; /* by x, not y */
        for (size_t i = 0; i < l->m; i++) {
            r[i] += now / number(l->n);
            D(i, k) = slope / number(l->n);
            const double next = 2.0 * y * now - before;
            const double slope_next = 4.0 * now + 2.0 * y * slope - slope_before;
            before = now;
            now = next;
            slope_before = slope;
            slope = slope_next;
        }
    }
}

/* ---- Where they start -------------------------------------------------------------------------
 */

typedef struct classic {
    const char *name;
    loss_residual_fn *residuals;
    size_t n, m;
    double start[11]; /* repeated as often as needed */
    size_t given;     /* numbers in `start`; 0: see special_start */
} classic;

static const classic classics[] = {
    {"rosenbrock", rosenbrock, 2, 2, {-1.2, 1.0}, 2},
    {"freudenstein-roth", freudenstein_roth, 2, 2, {0.5, -2.0}, 2},
    {"powell badly scaled", powell_badly_scaled, 2, 2, {0.0, 1.0}, 2},
    {"brown badly scaled", brown_badly_scaled, 2, 3, {1.0, 1.0}, 2},
    {"beale", beale, 2, 3, {1.0, 1.0}, 2},
    {"jennrich-sampson", jennrich_sampson, 2, 10, {0.3, 0.4}, 2},
    {"helical valley", helical_valley, 3, 3, {-1.0, 0.0, 0.0}, 3},
    {"bard", bard, 3, 15, {1.0, 1.0, 1.0}, 3},
    {"gaussian", gaussian, 3, 15, {0.4, 1.0, 0.0}, 3},
    {"meyer", meyer, 3, 16, {0.02, 4000.0, 250.0}, 3},
    {"gulf", gulf, 3, 20, {5.0, 2.5, 0.15}, 3},
    {"box 3d", box_3d, 3, 10, {0.0, 10.0, 20.0}, 3},
    {"powell singular", powell_singular, 4, 4, {3.0, -1.0, 0.0, 1.0}, 4},
    {"wood", wood, 4, 6, {-3.0, -1.0, -3.0, -1.0}, 4},
    {"kowalik-osborne", kowalik_osborne, 4, 11, {0.25, 0.39, 0.415, 0.39}, 4},
    {"brown-dennis", brown_dennis, 4, 20, {25.0, 5.0, -5.0, -1.0}, 4},
    {"osborne 1", osborne_1, 5, 33, {0.5, 1.5, -1.0, 0.01, 0.02}, 5},
    {"biggs exp6", biggs_exp6, 6, 13, {1.0, 2.0, 1.0, 1.0, 1.0, 1.0}, 6},
    {"osborne 2", osborne_2, 11, 65, {1.3, 0.65, 0.65, 0.7, 0.6, 3.0, 5.0, 7.0, 2.0, 4.5, 5.5}, 11},
    {"watson 6", watson, 6, 31, {0.0}, 1},
    {"watson 12", watson, 12, 31, {0.0}, 1},
    {"extended rosenbrock", rosenbrock, 20, 20, {-1.2, 1.0}, 2},
    {"extended powell", powell_singular, 12, 12, {3.0, -1.0, 0.0, 1.0}, 4},
    {"penalty I", penalty_1, 10, 11, {0.0}, 0},
    {"penalty II", penalty_2, 10, 20, {0.5}, 1},
    {"variably dimensioned", variably_dimensioned, 10, 12, {0.0}, 0},
    {"trigonometric", trigonometric, 10, 10, {0.1}, 1},
    {"brown almost linear", brown_almost_linear, 10, 10, {0.5}, 1},
    {"boundary value", boundary_value, 10, 10, {0.0}, 0},
    {"integral equation", integral_equation, 10, 10, {0.0}, 0},
    {"broyden tridiagonal", broyden_tridiagonal, 20, 20, {-1.0}, 1},
    {"broyden banded", broyden_banded, 10, 10, {-1.0}, 1},
    {"linear full rank", linear_full_rank, 6, 12, {1.0}, 1},
    {"linear rank one", linear_rank_one, 8, 12, {1.0}, 1},
    {"chebyquad", chebyquad, 8, 8, {0.0}, 0},
};

enum {
    CLASSICS = sizeof classics / sizeof *classics
};

static double special_start(const classic *at, size_t k)
{
    const double t = number(k + 1) / number(at->n + 1);
    if (at->residuals == penalty_1) {
        return number(k + 1);
    }
    if (at->residuals == variably_dimensioned) {
        return 1.0 - number(k + 1) / number(at->n);
    }
    return at->residuals == chebyquad ? t : t * (t - 1.0);
}

/* Instance 0 is the published point; the others lie around it. */
void loss_make_classical(loss *out, int instance, loss_random *random)
{
    const classic *const at = &classics[out->kind];
    out->name = at->name;
    out->n = at->n;
    out->m = at->m;
    out->residuals = at->residuals;
    out->value = loss_squares;
    out->slope = loss_squares_slope;
    for (size_t k = 0; k < at->n; k++) {
        out->x[k] = at->given ? at->start[k % at->given] : special_start(at, k);
        if (instance > 0) {
            out->x[k] += (out->x[k] == 0.0 ? 1.0 : out->x[k]) * loss_uniform(random, -0.1, 0.1);
        }
    }
}

/* Ten times the start, as the authors do; what is 0 there goes to 1. */
static void go_far(loss *out, int how)
{
    (void)how;
    for (size_t k = 0; k < out->n; k++) {
        out->x[k] = out->x[k] == 0.0 ? 1.0 : 10.0 * out->x[k];
    }
}

static void slice(loss *out, int how)
{
    out->form = how ? LOSS_TENSORS : LOSS_SLICES;
    out->part_count = 2;
    out->parts[0] = out->n / 2;
    out->parts[1] = out->n - out->n / 2;
}

#define START(k)                                                                                   \
    {                                                                                              \
        NULL, LOSS_CLASSICAL, loss_make_classical, k, NULL, 0                                      \
    }
#define FAR(k)                                                                                     \
    {                                                                                              \
        NULL, LOSS_FAR, loss_make_classical, k, go_far, 0                                          \
    }
#define SLICED(k, how)                                                                             \
    {                                                                                              \
        NULL, LOSS_SLICED, loss_make_classical, k, slice, how                                      \
    }

/* clang-format off */
static const loss_entry entries[] = {
    START(0), START(1), START(2), START(3), START(4), START(5), START(6), START(7), START(8),
    START(9), START(10), START(11), START(12), START(13), START(14), START(15), START(16),
    START(17), START(18), START(19), START(20), START(21), START(22), START(23), START(24),
    START(25), START(26), START(27), START(28), START(29), START(30), START(31), START(32),
    START(33), START(34),
    FAR(0), FAR(1), FAR(2), FAR(3), FAR(4), FAR(5), FAR(6), FAR(7), FAR(8), FAR(9), FAR(10),
    FAR(11), FAR(12), FAR(13), FAR(14), FAR(15), FAR(16), FAR(17), FAR(18), FAR(19), FAR(20),
    FAR(21), FAR(22), FAR(23), FAR(24), FAR(25), FAR(26), FAR(27), FAR(28), FAR(29), FAR(30),
    FAR(31), FAR(32), FAR(33), FAR(34),
    SLICED(2, 0), SLICED(9, 1), SLICED(13, 0), SLICED(16, 1), SLICED(18, 0), SLICED(20, 0),
    SLICED(21, 1), SLICED(23, 0), SLICED(26, 1), SLICED(34, 0),
};
/* clang-format on */

_Static_assert(CLASSICS == 35, "the list above names each of them");

const loss_family loss_classical = {entries, sizeof entries / sizeof *entries};
