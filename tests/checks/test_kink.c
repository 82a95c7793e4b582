/* S01 kink: a valid value at a kink passes with a word; one outside is G01. */
#include "expect.h"

#include <stdlib.h>
#include <string.h>

Test(kink, silent_on_right_ones)
{
    expect_codes(flat(relu, relu_grad, 2, (double[]){0.7, -0.4}), "");
    expect_codes(flat(robust, robust_grad, 2, (double[]){0.7, -0.4}), "");
}

Test(kink, loud_at_the_kink_with_both_slopes)
{
    ga_result *result = audit_expecting(flat(relu, relu_grad, 2, (double[]){0.0, -0.4}), "S01");
    const ga_finding *const finding = finding_of(result, "S01", "x");
    cr_expect_eq(finding->count, 1);
    cr_expect_eq(finding->indices[0], 0);
    cr_expect_eq(finding->severity, GA_WARNING);
    const char *const left = strstr(finding->message, "slope ");
    const char *const right = strstr(finding->message, "left, ");
    cr_assert(left && right, "%s", finding->message);
    cr_expect(fabs(strtod(left + 6, NULL) + 2.0) < 1e-4, "%s", finding->message);
    cr_expect(fabs(strtod(right + 6, NULL) + 1.0) < 1e-4, "%s", finding->message);
    cr_expect_eq(variable_of(result, "x")->failed, 0);
    cr_expect_eq(ga_result_verdict(result), GA_PASS);
    ga_result_free(result);
}

Test(kink, a_value_outside_is_a_mismatch)
{
    ga_result *result = audit_expecting(flat(relu, relu_wrong, 2, (double[]){0.0, -0.4}), "G01");
    const ga_finding *const finding = finding_of(result, "G01", "x");
    cr_expect_eq(finding->indices[0], 0);
    cr_expect(strstr(finding->help, "kink"), "%s", finding->help);
    ga_result_free(result);
}

static double absolute(const double *x, size_t n, void *user)
{
    (void)user;
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        sum += fabs(x[i]);
    }
    return sum;
}

static int absolute_grad(const double *x, size_t n, double *g, void *user)
{
    (void)user;
    for (size_t i = 0; i < n; i++) {
        g[i] = (double)((x[i] > 0.0) - (x[i] < 0.0));
    }
    return 0;
}

Test(kink, zero_is_valid_for_an_absolute_value)
{
    ga_result *result =
        audit_expecting(flat(absolute, absolute_grad, 3, (double[]){0.0, 2.0, -3.0}), "S01");
    cr_expect_eq(finding_of(result, "S01", "x")->indices[0], 0);
    ga_result_free(result);
}

Test(kink, silent_when_the_kink_is_only_nearby)
{
    static const double distances[] = {0.1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7};
    for (size_t k = 0; k < sizeof distances / sizeof *distances; k++) {
        const double x = distances[k];
        expect_codes(flat(relu, relu_grad, 3, (double[]){x, -x, 0.7}), "");
        expect_codes(flat(absolute, absolute_grad, 2, (double[]){x, 1.0}), "");
    }
}

Test(kink, a_broken_chain_at_a_kink_elsewhere_is_still_found)
{
    expect_codes(flat(absolute, quadratic_zero, 2, (double[]){1e-3, 1.0}), "G05");
}

Test(kink, silent_on_bends_that_are_smooth)
{
    expect_codes(flat(norm, norm_grad, 2, (double[]){1e-5, 1e-5}), "");
    expect_codes(flat(log_sum_exp, log_sum_exp_grad, 2, (double[]){1e3, 1e3}), "");
    expect_codes(flat(quadratic, quadratic_grad, 1, (double[]){0.0}), "");
}

Test(kink, at_a_bound_there_is_only_one_side)
{
    const double lower[2] = {0.0, 0.0};
    ga_problem *p = NULL;
    ga_problem_flat(&(ga_flat){.n = 2,
                               .x = (double[]){0.0, 1.0},
                               .loss = absolute,
                               .grad = absolute_grad,
                               .lower = lower},
                    &p);
    /* the slope from within is 1, and that is the only one there is */
    expect_codes(p, "G05");
}

Test(kink, accepted_when_it_is_meant)
{
    ga_problem *p = flat(relu, relu_grad, 2, (double[]){0.0, -0.4});
    ga_allow(p, "kink", "x", "starts at the hinge");
    expect_codes(p, "");
}
