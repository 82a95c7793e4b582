/* P02 gradient-nonfinite: computed NaN and infinity, counted and placed. */
#include "expect.h"

#include <string.h>

static const double START[4] = {1.0, -2.0, 0.5, 3.0};

Test(gradient_nonfinite, silent_on_a_right_one)
{
    expect_codes(flat(quadratic, quadratic_grad, 4, START), "");
}

Test(gradient_nonfinite, loud_on_nan)
{
    ga_result *result = audit_expecting(flat(quadratic, quadratic_nan, 4, START), "P02");
    const ga_finding *const finding = finding_of(result, "P02", "x");
    cr_expect_eq(finding->count, 1);
    cr_expect_eq(finding->indices[0], 1);
    cr_expect(strstr(finding->message, "1 NaN of 4, the first at `x[1]`"), "%s", finding->message);
    cr_expect_eq(variable_of(result, "x")->nonfinite, 1);
    cr_expect_eq(variable_of(result, "x")->checked, 3, "the finite ones are measured");
    cr_expect_eq(variable_of(result, "x")->failed, 0);
    cr_expect_eq(variable_of(result, "x")->verdict, GA_FAIL);
    ga_result_free(result);
}

Test(gradient_nonfinite, loud_on_infinity)
{
    ga_result *result = audit_expecting(flat(quadratic, quadratic_infinite, 4, START), "P02");
    const ga_finding *const finding = finding_of(result, "P02", "x");
    cr_expect(strstr(finding->message, "1 infinite of 4"), "%s", finding->message);
    ga_result_free(result);
}

static int all_nan(const double *x, size_t n, double *g, void *user)
{
    (void)x;
    (void)user;
    for (size_t i = 0; i < n; i++) {
        g[i] = (double)NAN;
    }
    return 0;
}

Test(gradient_nonfinite, nan_throughout_is_no_pass)
{
    ga_result *result = audit_expecting(flat(quadratic, all_nan, 4, START), "P02");
    cr_expect_eq(finding_of(result, "P02", "x")->count, 4);
    cr_expect_eq(ga_result_verdict(result), GA_FAIL);
    ga_result_free(result);
}

/* A NaN beside a wrong value: both are reported, each in its place. */
static int nan_and_wrong(const double *x, size_t n, double *g, void *user)
{
    (void)quadratic_nan(x, n, g, user);
    g[3] += 1.0;
    return 0;
}

Test(gradient_nonfinite, does_not_hide_a_mismatch)
{
    ga_result *result = audit_expecting(flat(quadratic, nan_and_wrong, 4, START), "P02 G01");
    cr_expect_eq(finding_of(result, "G01", "x")->indices[0], 3);
    cr_expect_eq(finding_of(result, "G01", "x")->count, 1);
    ga_result_free(result);
}

Test(gradient_nonfinite, silent_on_huge_and_tiny_ones)
{
    for (int k = 0; k < 2; k++) {
        double unit = k == 0 ? 1e150 : 1e-150;
        const double x[2] = {3.0 * unit, -2.0 * unit};
        ga_problem *p = NULL;
        ga_problem_flat(
            &(ga_flat){.n = 2, .x = x, .loss = quadratic, .grad = quadratic_grad, .user = &unit},
            &p);
        expect_codes(p, "");
    }
    expect_codes(flat(norm, norm_grad, 2, (double[]){1e-8, -1e-9}), "");
}
