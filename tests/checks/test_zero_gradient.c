/* G12 zero-gradient: 0 throughout, and rightly so. */
#include "expect.h"

#include <string.h>

Test(zero_gradient, silent_on_right_ones)
{
    expect_codes(flat(cosines, cosines_grad, 2, (double[]){0.3, -0.7}), "");
    expect_codes(network_open(NETWORK_RIGHT), "");
}

Test(zero_gradient, loud_at_a_saddle_and_says_so)
{
    ga_result *result =
        audit_expecting(flat(cosines, cosines_grad, 2, (double[]){0.0, 0.0}), "G12");
    const ga_finding *const finding = finding_of(result, "G12", "x");
    cr_expect_eq(finding->severity, GA_WARNING);
    cr_expect_eq(finding->count, 2);
    cr_expect(strstr(finding->why, "a saddle or an extremum"), "%s", finding->why);
    ga_result_free(result);
}

static double saturated(const double *x, size_t n, void *user)
{
    (void)user;
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        sum += x[i] > 0.0 ? x[i] * x[i] : 0.0;
    }
    return 1.0 + sum;
}

static int saturated_grad(const double *x, size_t n, double *g, void *user)
{
    (void)user;
    for (size_t i = 0; i < n; i++) {
        g[i] = x[i] > 0.0 ? 2.0 * x[i] : 0.0;
    }
    return 0;
}

Test(zero_gradient, loud_on_dead_units_and_says_so)
{
    ga_result *result =
        audit_expecting(flat(saturated, saturated_grad, 2, (double[]){-0.5, -2.0}), "G12");
    cr_expect(strstr(finding_of(result, "G12", "x")->why, "dead"));
    ga_result_free(result);
}

Test(zero_gradient, silent_when_one_element_moves)
{
    expect_codes(flat(saturated, saturated_grad, 2, (double[]){-0.5, 2.0}), "");
}

Test(zero_gradient, silent_when_the_zero_is_wrong)
{
    expect_codes(flat(quadratic, quadratic_zero, 3, (double[]){1.0, -2.0, 0.5}), "G05");
}

Test(zero_gradient, silent_on_an_unused_variable)
{
    regression model = regression_at_start();
    expect_codes(regression_open(&model, REGRESSION_IGNORES_BIAS), "V03");
}

Test(zero_gradient, silent_on_tiny_ones)
{
    double unit = 1e150;
    ga_problem *p = NULL;
    ga_problem_flat(&(ga_flat){.n = 1,
                               .x = (double[]){3e150},
                               .loss = quadratic,
                               .grad = quadratic_grad,
                               .user = &unit},
                    &p);
    expect_codes(p, "");
}

Test(zero_gradient, accepted_at_an_optimum)
{
    ga_problem *p = flat(cosines, cosines_grad, 2, (double[]){0.0, 0.0});
    ga_allow(p, "G12", NULL, "audited at the optimum");
    expect_codes(p, "");
}
