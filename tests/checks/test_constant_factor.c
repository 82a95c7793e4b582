/* G03 constant-factor: one ratio in everything is one finding. */
#include "expect.h"

#include <string.h>

static const double START[4] = {1.0, -2.0, 0.5, 3.0};

Test(constant_factor, silent_on_a_right_one)
{
    expect_codes(flat(quadratic, quadratic_grad, 4, START), "");
}

Test(constant_factor, loud_on_twice)
{
    ga_result *result = audit_expecting(flat(quadratic, quadratic_doubled, 4, START), "G03");
    const ga_finding *const finding = finding_of(result, "G03", NULL);
    cr_expect_eq(finding->count, 4);
    cr_expect(finding->has_numbers);
    cr_expect(fabs(finding->analytic / finding->measured - 2.0) < 1e-6);
    cr_expect(strstr(finding->message, "is 2 times the slope"), "%s", finding->message);
    cr_expect(strstr(finding->help, ".gradient_scale = 2"), "%s", finding->help);
    cr_expect_str_eq(finding->refines, "G01");
    ga_result_free(result);
}

Test(constant_factor, loud_on_the_sign)
{
    ga_result *result = audit_expecting(flat(quadratic, quadratic_negated, 4, START), "G03");
    const ga_finding *const finding = finding_of(result, "G03", NULL);
    cr_expect(strstr(finding->message, "is -1 times"), "%s", finding->message);
    cr_expect(strstr(finding->why, "sign"), "%s", finding->why);
    ga_result_free(result);
}

Test(constant_factor, loud_over_all_variables_together)
{
    regression model = regression_at_start();
    ga_result *result = audit_expecting(regression_open(&model, REGRESSION_SUMS), "G03");
    cr_expect(strstr(finding_of(result, "G03", NULL)->help, ".gradient_scale = 8"));
    ga_result_free(result);
}

Test(constant_factor, silent_when_declared)
{
    regression model = regression_at_start();
    model.gradient_scale = -0.5;
    expect_codes(regression_open(&model, REGRESSION_RIGHT), "");
    ga_problem *p = NULL;
    ga_problem_flat(&(ga_flat){.n = 4,
                               .x = START,
                               .loss = quadratic,
                               .grad = quadratic_doubled,
                               .gradient_scale = 2.0},
                    &p);
    expect_codes(p, "");
}

Test(constant_factor, what_is_declared_and_what_is_found_multiply)
{
    regression model = regression_at_start();
    model.gradient_scale = -0.5;
    ga_result *result = audit_expecting(regression_open(&model, REGRESSION_SUMS), "G03");
    cr_expect(strstr(finding_of(result, "G03", NULL)->help, ".gradient_scale = -4"), "%s",
              finding_of(result, "G03", NULL)->help);
    ga_result_free(result);
}

/* Twice everywhere, and one element wrong beside that: one finding for each fault. */
static int doubled_and_wrong(const double *x, size_t n, double *g, void *user)
{
    (void)quadratic_doubled(x, n, g, user);
    g[3] *= 1.5;
    return 0;
}

Test(constant_factor, does_not_hide_a_mismatch)
{
    static const double at[6] = {1.0, -2.0, 0.5, 3.0, -0.7, 2.2};
    ga_result *result = audit_expecting(flat(quadratic, doubled_and_wrong, 6, at), "G03 G01");
    const ga_finding *const finding = finding_of(result, "G01", "x");
    cr_expect_eq(finding->count, 1);
    cr_expect_eq(finding->indices[0], 3);
    ga_result_free(result);
}

/* Wrong by factors of their own: no common one. */
static int scattered(const double *x, size_t n, double *g, void *user)
{
    (void)quadratic_grad(x, n, g, user);
    for (size_t i = 0; i < n; i++) {
        g[i] *= 1.5 + (double)i;
    }
    return 0;
}

Test(constant_factor, silent_on_factors_that_differ)
{
    ga_result *result = audit_expecting(flat(quadratic, scattered, 4, START), "G01");
    cr_expect_eq(finding_of(result, "G01", "x")->count, 4);
    ga_result_free(result);
}

Test(constant_factor, silent_on_hard_ones)
{
    expect_codes(flat(robust, robust_grad, 3, (double[]){1e6, -1e6, 3.0}), "");
    expect_codes(flat(quadratic, quadratic_grad, 2, (double[]){1e150, -1e150}), "");
    expect_codes(network_open_float(NETWORK_RIGHT), "");
    restless state;
    expect_codes(restless_open(&state, RESTLESS_NOISY), "");
}
