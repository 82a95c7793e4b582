/* S06 fine-structure: one slope at the point, another at working scale, both real. */
#include "expect.h"

/* A quadratic with a ripple: slope of the ripple 0.5, its length 1e-5. */
static const double LENGTH = 1e-5;

static double ripple(const double *x, size_t n, void *user)
{
    double sum = quadratic(x, n, user);
    for (size_t i = 0; i < n; i++) {
        sum += 0.5 * LENGTH * sin(x[i] / LENGTH);
    }
    return sum;
}

static int ripple_grad(const double *x, size_t n, double *g, void *user)
{
    (void)quadratic_grad(x, n, g, user);
    for (size_t i = 0; i < n; i++) {
        g[i] += 0.5 * cos(x[i] / LENGTH);
    }
    return 0;
}

/* At whole numbers of waves, where the slope of the ripple is largest. */
static void start(double x[2])
{
    const double wave = 2.0 * acos(-1.0) * LENGTH;
    x[0] = wave * 16000.0;
    x[1] = -wave * 31000.0;
}

Test(fine_structure, silent_on_right_ones)
{
    expect_codes(flat(quadratic, quadratic_grad, 2, (double[]){1.0, -2.0}), "");
    expect_codes(flat(robust, robust_grad, 2, (double[]){1.3, -2.0}), "");
}

Test(fine_structure, loud_when_the_gradient_is_that_of_the_working_scale)
{
    double x[2];
    start(x);
    ga_result *result = audit_expecting(flat(ripple, quadratic_grad, 2, x), "S06");
    const ga_finding *const finding = finding_of(result, "S06", "x");
    cr_expect_eq(finding->verdict, GA_INCONCLUSIVE);
    cr_expect_eq(finding->severity, GA_WARNING);
    ga_result_free(result);
}

/* Neither scale agrees with it: that is wrong at any. */
static int of_no_scale(const double *x, size_t n, double *g, void *user)
{
    (void)quadratic_grad(x, n, g, user);
    for (size_t i = 0; i < n; i++) {
        g[i] *= -3.0;
    }
    return 0;
}

Test(fine_structure, does_not_excuse_a_wrong_gradient)
{
    double x[2];
    start(x);
    ga_result *result = NULL;
    ga_problem *p = flat(ripple, of_no_scale, 2, x);
    cr_assert_eq(ga_audit(p, NULL, &result), GA_OK);
    ga_problem_free(p);
    cr_expect_neq(ga_result_verdict(result), GA_PASS);
    ga_result_free(result);
}

Test(fine_structure, never_calls_the_true_slope_wrong)
{
    double x[2];
    start(x);
    static const ga_options only = {.ignore = "S06"};
    expect_codes_with(flat(ripple, ripple_grad, 2, x), &only, "");
}

Test(fine_structure, silent_on_hard_ones)
{
    restless state;
    expect_codes(restless_open(&state, RESTLESS_NOISY), "");
    expect_codes(network_open_float(NETWORK_RIGHT), "");
    expect_codes(flat(cosines, cosines_grad, 2, (double[]){300.0, -1000.0}), "");
    expect_codes(flat(relu, relu_grad, 2, (double[]){1e-4, -1e-5}), "");
}
