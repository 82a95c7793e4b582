/* P01 loss-nonfinite: not finite at the point, and only there. */
#include "expect.h"

#include <string.h>

static double logarithm(const double *x, size_t n, void *user)
{
    (void)user;
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        sum += log(x[i]) + 1.0 / x[i];
    }
    return sum;
}

static int logarithm_grad(const double *x, size_t n, double *g, void *user)
{
    (void)user;
    for (size_t i = 0; i < n; i++) {
        g[i] = 1.0 / x[i] - 1.0 / (x[i] * x[i]);
    }
    return 0;
}

Test(loss_nonfinite, silent_on_a_right_one)
{
    expect_codes(flat(logarithm, logarithm_grad, 2, (double[]){0.4, 3.0}), "");
}

Test(loss_nonfinite, loud_on_nan_and_alone)
{
    ga_result *result =
        audit_expecting(flat(logarithm, logarithm_grad, 2, (double[]){0.4, -3.0}), "P01");
    cr_expect(strstr(finding_of(result, "P01", NULL)->message, "NaN"));
    cr_expect_eq(ga_result_verdict(result), GA_FAIL);
    cr_expect_eq(ga_result_facts(result)->evaluations, 1, "the audit of the point ends there");
    cr_expect_eq(check_of(result, "G01")->verdict, GA_SKIPPED);
    cr_expect(isnan(ga_result_facts(result)->loss_value));
    ga_result_free(result);
}

Test(loss_nonfinite, loud_on_infinity_and_alone)
{
    ga_result *result =
        audit_expecting(flat(log_sum_exp, log_sum_exp_grad, 1, (double[]){2.0}), "");
    ga_result_free(result);
    result = audit_expecting(flat(logarithm, logarithm_grad, 2, (double[]){0.0, 3.0}), "P01");
    cr_expect(strstr(finding_of(result, "P01", NULL)->message, "N"), "%s",
              finding_of(result, "P01", NULL)->message);
    ga_result_free(result);
}

Test(loss_nonfinite, silent_when_only_points_nearby_are_undefined)
{
    /* the edge of the domain is a millionth away */
    expect_codes(flat(logarithm, logarithm_grad, 1, (double[]){1e-6}), "");
    expect_codes(flat(quadratic, quadratic_grad, 2, (double[]){1e150, -1e150}), "");
}
