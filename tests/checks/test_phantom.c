/* G06 phantom: a gradient where the loss does not move at all. */
#include "expect.h"

#include <string.h>

Test(phantom, silent_on_right_ones)
{
    regression model = regression_at_start();
    expect_codes(regression_open(&model, REGRESSION_RIGHT), "");
    expect_codes(network_open(NETWORK_RIGHT), "");
}

Test(phantom, loud_on_a_variable_that_the_loss_does_without)
{
    regression model = regression_at_start();
    ga_result *result =
        audit_expecting(regression_open(&model, REGRESSION_PHANTOM_BIAS), "G06 V03");
    const ga_finding *const finding = finding_of(result, "G06", "b");
    cr_expect_str_eq(finding->refines, "G01");
    cr_expect_eq(finding->measured, 0.0);
    cr_expect(finding->analytic > 0.0 || finding->analytic < 0.0);
    ga_result_free(result);
}

/* The last element has a term in the gradient only. */
static double without_last(const double *x, size_t n, void *user)
{
    return quadratic(x, n - 1, user);
}

Test(phantom, loud_on_one_element)
{
    const double x[3] = {1.0, -2.0, 0.5};
    ga_result *result = audit_expecting(flat(without_last, quadratic_grad, 3, x), "G06");
    const ga_finding *const finding = finding_of(result, "G06", "x");
    cr_expect_eq(finding->count, 1);
    cr_expect_eq(finding->indices[0], 2);
    cr_expect(fabs(finding->analytic + 0.75) < 1e-12, "%g", finding->analytic);
    ga_result_free(result);
}

/* A small gradient beside a loss so large that it cannot be seen: that is no phantom. */
static double buried(const double *x, size_t n, void *user)
{
    (void)n;
    (void)user;
    return 1e18 + x[0];
}

static int buried_grad(const double *x, size_t n, double *g, void *user)
{
    (void)x;
    (void)n;
    (void)user;
    g[0] = 1.0;
    return 0;
}

Test(phantom, silent_when_it_could_not_be_seen)
{
    expect_codes(flat(buried, buried_grad, 1, (double[]){1.0}), "G11");
}

Test(phantom, silent_on_hard_ones)
{
    expect_codes(flat(log_sum_exp, log_sum_exp_grad, 3, (double[]){0.0, -12.0, -15.0}), "");
    expect_codes(flat(stairs, stairs_through, 2, (double[]){1.3, 2.7}), "S03"); /* it jumps */
    expect_codes(network_open_float(NETWORK_RIGHT), "");
}
