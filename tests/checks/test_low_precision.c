/* S04 low-precision: float where double was promised. */
#include "expect.h"

#include <string.h>

static int squares_grad(const double *x, size_t n, double *g, void *user)
{
    (void)user;
    for (size_t i = 0; i < n; i++) {
        g[i] = 2.0 * x[i];
    }
    return 0;
}

static double squares(const double *x, size_t n, void *user)
{
    (void)user;
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        sum += x[i] * x[i];
    }
    return sum;
}

static double float_sum(const double *x, size_t n, void *user)
{
    (void)user;
    float sum = 0.0F;
    for (size_t i = 0; i < n; i++) {
        sum += (float)(x[i] * x[i]);
    }
    return (double)sum;
}

/* The sum is cast at the end; and a mean of floats is no float. */
static double cast_at_the_end(const double *x, size_t n, void *user)
{
    return (double)(float)squares(x, n, user);
}

static double float_mean(const double *x, size_t n, void *user)
{
    return float_sum(x, n, user) / 3.0;
}

static int float_mean_grad(const double *x, size_t n, double *g, void *user)
{
    (void)squares_grad(x, n, g, user);
    for (size_t i = 0; i < n; i++) {
        g[i] /= 3.0;
    }
    return 0;
}

static double float_inputs(const double *x, size_t n, void *user)
{
    double rounded[8];
    for (size_t i = 0; i < n; i++) {
        rounded[i] = (double)(float)x[i];
    }
    return squares(rounded, n, user);
}

static const double POINT[5] = {1.3, -0.7, 2.1, 0.37, -1.9};
static const ga_options ONLY = {.select = "S04"};

Test(low_precision, loud_on_float_inside)
{
    static const struct {
        ga_flat_loss_fn *loss;
        ga_flat_grad_fn *grad;
    } cases[] = {
        {float_sum, squares_grad},
        {cast_at_the_end, squares_grad},
        {float_mean, float_mean_grad},
        {float_inputs, squares_grad},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        ga_result *result =
            audit_expecting_with(flat(cases[k].loss, cases[k].grad, 5, POINT), &ONLY, "S04");
        const ga_finding *const finding = finding_of(result, "S04", NULL);
        cr_expect_eq(finding->severity, GA_WARNING);
        cr_expect(strstr(finding->message, "the precision of a float"), "%s", finding->message);
        ga_result_free(result);
    }
}

Test(low_precision, says_when_every_value_is_a_float)
{
    ga_result *result = audit_expecting_with(flat(float_sum, squares_grad, 5, POINT), &ONLY, "S04");
    cr_expect(strstr(finding_of(result, "S04", NULL)->why, "exactly a float"));
    ga_result_free(result);
    result = audit_expecting_with(flat(float_mean, float_mean_grad, 5, POINT), &ONLY, "S04");
    cr_expect(!strstr(finding_of(result, "S04", NULL)->why, "exactly a float"));
    ga_result_free(result);
}

/* One variable, and a single one at that: enough to ask. */
Test(low_precision, loud_on_one_variable)
{
    expect_codes_with(flat(float_sum, squares_grad, 1, POINT), &ONLY, "S04");
}

Test(low_precision, silent_on_double)
{
    expect_codes(flat(squares, squares_grad, 5, POINT), "");
    expect_codes(flat(quadratic, quadratic_grad, 3, (double[]){1.0, -2.0, 0.5}), "");
    expect_codes(network_open(NETWORK_RIGHT), "");
}

/* Where float is what was promised. */
Test(low_precision, silent_on_float_variables)
{
    expect_codes(network_open_float(NETWORK_RIGHT), "");
}

/* f(x) is a small whole number, as are the slopes. */
Test(low_precision, silent_at_short_numbers)
{
    expect_codes(flat(squares, squares_grad, 3, (double[]){1.0, 2.0, -4.0}), "");
    expect_codes(flat(squares, squares_grad, 1, (double[]){1024.0}), "");
}

static double constant(const double *x, size_t n, void *user)
{
    (void)x;
    (void)n;
    (void)user;
    return 1.0;
}

static int constant_grad(const double *x, size_t n, double *g, void *user)
{
    (void)x;
    (void)user;
    memset(g, 0, n * sizeof *g);
    return 0;
}

static double linear(const double *x, size_t n, void *user)
{
    (void)user;
    double sum = 8.0;
    for (size_t i = 0; i < n; i++) {
        sum += 2.0 * x[i];
    }
    return sum;
}

static int linear_grad(const double *x, size_t n, double *g, void *user)
{
    (void)x;
    (void)user;
    for (size_t i = 0; i < n; i++) {
        g[i] = 2.0;
    }
    return 0;
}

/* Noise of float's size, but of another kind: a rough function, a solver that stops at 1e-7, an
 * offset. */
static double rough(const double *x, size_t n, void *user)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < n; i++) {
        uint64_t own = 0;
        memcpy(&own, &x[i], sizeof own);
        bits = (bits ^ own) * UINT64_C(0x9e3779b97f4a7c15);
        bits ^= bits >> 29;
    }
    return squares(x, n, user) * (1.0 + 1e-7 * ((double)(bits >> 11) * 0x1p-53 - 0.5));
}

static double solver(const double *x, size_t n, void *user)
{
    double low = 0.0;
    double high = 100.0;
    const double target = squares(x, n, user);
    while (high - low > 1e-3) {
        const double middle = 0.5 * (low + high);
        *(middle * middle < target ? &low : &high) = middle;
    }
    const double y = 0.5 * (low + high);
    const double once = 0.5 * (y + target / y); /* Newton's step leaves 1e-8 */
    return once * once;
}

static double offset(const double *x, size_t n, void *user)
{
    return 1e9 + squares(x, n, user);
}

Test(low_precision, silent_on_hard_ones)
{
    expect_codes_with(flat(constant, constant_grad, 2, POINT), &ONLY, "");
    expect_codes_with(flat(linear, linear_grad, 2, (double[]){0.5, 2.0}), &ONLY, "");
    expect_codes_with(flat(rough, squares_grad, 5, POINT), &ONLY, "");
    expect_codes_with(flat(solver, squares_grad, 5, POINT), &ONLY, "");
    expect_codes_with(flat(offset, squares_grad, 5, POINT), &ONLY, "");
    expect_codes_with(flat(stairs, stairs_through, 2, (double[]){1.3, 2.7}), &ONLY, "");
    expect_codes_with(flat(cosines, cosines_grad, 2, (double[]){0.0, 0.0}), &ONLY, "");
    for (restless_kind kind = RESTLESS_NOT; kind <= RESTLESS_ONE_LATE; kind++) {
        restless state;
        expect_codes_with(restless_open(&state, kind), &ONLY, "");
    }
}

Test(low_precision, accepted_when_it_is_meant)
{
    ga_problem *p = flat(float_sum, squares_grad, 5, POINT);
    ga_allow(p, "S04", NULL, "inference runs in float");
    expect_codes_with(p, &ONLY, "");
}
