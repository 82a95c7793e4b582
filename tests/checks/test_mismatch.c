/* G01 mismatch: the wrong element, its numbers, and only that. */
#include "expect.h"

#include <string.h>

Test(mismatch, silent_on_right_ones)
{
    expect_codes(flat(rosenbrock, rosenbrock_grad, 2, (double[]){-1.2, 1.0}), "");
    expect_codes(flat(log_sum_exp, log_sum_exp_grad, 3, (double[]){0.3, -1.0, 2.0}), "");
    expect_codes(flat(robust, robust_grad, 3, (double[]){0.3, -1.0, 2.5}), "");
    expect_codes(network_open(NETWORK_RIGHT), "");
    expect_codes(network_open_float(NETWORK_RIGHT), "");
    regression model = regression_at_start();
    expect_codes(regression_open(&model, REGRESSION_RIGHT), "");
}

Test(mismatch, loud_on_one_element_with_its_numbers)
{
    const double x[3] = {1.0, -2.0, 0.5};
    double g[3];
    (void)quadratic_grad(x, 3, g, NULL);
    ga_result *result = audit_expecting(flat(quadratic, quadratic_off, 3, x), "G01");
    const ga_finding *const finding = finding_of(result, "G01", "x");
    cr_expect_eq(finding->count, 1);
    cr_expect_eq(finding->indices[0], 1);
    cr_expect_eq(finding->verdict, GA_FAIL);
    expect_numbers(finding, 1.01 * g[1], g[1]);
    cr_expect(finding->uncertainty < 1e-6 * fabs(g[1]));
    cr_expect(strstr(finding->message, "`x[1]` is wrong"), "%s", finding->message);
    cr_expect_eq(variable_of(result, "x")->failed, 1);
    ga_result_free(result);
}

Test(mismatch, loud_on_rosenbrock)
{
    ga_result *result =
        audit_expecting(flat(rosenbrock, rosenbrock_wrong, 2, (double[]){-1.2, 1.0}), "G01");
    const ga_finding *const finding = finding_of(result, "G01", "x");
    cr_expect_eq(finding->count, 1);
    cr_expect_eq(finding->indices[0], 0);
    expect_numbers(finding, -206.8, -215.6);
    ga_result_free(result);
}

Test(mismatch, loud_on_wrong_formulas)
{
    expect_codes(flat(log_sum_exp, log_sum_exp_wrong, 3, (double[]){0.3, -1.0, 2.0}), "G03");
    expect_codes(flat(robust, robust_wrong, 3, (double[]){0.3, -1.0, 2.5}), "G01");
}

Test(mismatch, loud_on_the_variable_that_is_stored_transposed)
{
    ga_result *result = audit_expecting(network_open(NETWORK_TRANSPOSED), "G01");
    const ga_finding *const finding = finding_of(result, "G01", "W1");
    cr_expect(finding->count >= 12, "%zu", finding->count);
    cr_expect_eq(count_of(result, "G01"), 1);
    cr_expect_eq(variable_of(result, "W2")->verdict, GA_PASS);
    ga_result_free(result);
}

Test(mismatch, loud_on_the_variable_without_its_decay)
{
    ga_result *result = audit_expecting(network_open(NETWORK_NO_DECAY), "G01");
    (void)finding_of(result, "G01", "W2");
    cr_expect_eq(count_of(result, "G01"), 1);
    ga_result_free(result);
}

Test(mismatch, loud_in_float)
{
    ga_result *result = audit_expecting(network_open_float(NETWORK_NO_TANH), "G01");
    (void)finding_of(result, "G01", "W1");
    (void)finding_of(result, "G01", "b1");
    cr_expect_eq(count_of(result, "G01"), 2);
    ga_result_free(result);
}

Test(mismatch, silent_at_extreme_sizes)
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
}

Test(mismatch, loud_at_extreme_sizes)
{
    for (int k = 0; k < 2; k++) {
        double unit = k == 0 ? 1e150 : 1e-150;
        const double x[2] = {3.0 * unit, -2.0 * unit};
        ga_problem *p = NULL;
        ga_problem_flat(
            &(ga_flat){.n = 2, .x = x, .loss = quadratic, .grad = quadratic_off, .user = &unit},
            &p);
        expect_codes(p, "G01");
    }
}

Test(mismatch, silent_on_hard_ones)
{
    restless state;
    expect_codes(restless_open(&state, RESTLESS_NOISY), "");
    expect_codes(flat(quadratic, quadratic_grad, 1, (double[]){7.0}), "");
    expect_codes(flat(relu, relu_grad, 3, (double[]){1e-3, -1e-3, 0.7}), ""); /* kinks nearby */
    expect_codes(flat(norm, norm_grad, 3, (double[]){1e-6, -2e-6, 1e-7}), "");
}

static double offset(const double *x, size_t n, void *user)
{
    return 1e6 + quadratic(x, n, user);
}

Test(mismatch, silent_under_a_large_offset)
{
    expect_codes(flat(offset, quadratic_grad, 3, (double[]){1.0, -2.0, 0.5}), "");
    expect_codes(flat(offset, quadratic_off, 3, (double[]){1.0, -2.0, 0.5}), "G01");
}

Test(mismatch, silent_at_bounds)
{
    const double x[2] = {0.0, 1.0};
    const double lower[2] = {0.0, -1.0};
    const double upper[2] = {3.0, 1.0};
    for (int k = 0; k < 2; k++) {
        ga_problem *p = NULL;
        ga_problem_flat(&(ga_flat){.n = 2,
                                   .x = x,
                                   .loss = quadratic,
                                   .grad = k == 0 ? quadratic_grad : quadratic_off,
                                   .lower = lower,
                                   .upper = upper},
                        &p);
        expect_codes(p, k == 0 ? "" : "G01");
    }
}
