/* G05 broken-chain: 0 where the slope is not. */
#include "expect.h"

#include <string.h>

static const double START[4] = {1.0, -2.0, 0.5, 3.0};

Test(broken_chain, silent_on_right_ones)
{
    expect_codes(flat(quadratic, quadratic_grad, 4, START), "");
    expect_codes(network_open(NETWORK_RIGHT), "");
}

Test(broken_chain, loud_on_one_element)
{
    double g[4];
    (void)quadratic_grad(START, 4, g, NULL);
    ga_result *result = audit_expecting(flat(quadratic, quadratic_cut, 4, START), "G05");
    const ga_finding *const finding = finding_of(result, "G05", "x");
    cr_expect_eq(finding->count, 1);
    cr_expect_eq(finding->indices[0], 3);
    cr_expect_str_eq(finding->refines, "G01");
    expect_numbers(finding, 0.0, g[3]);
    ga_result_free(result);
}

Test(broken_chain, loud_on_everything)
{
    ga_result *result = audit_expecting(flat(quadratic, quadratic_zero, 4, START), "G05");
    cr_expect_eq(finding_of(result, "G05", "x")->count, 4);
    ga_result_free(result);
}

Test(broken_chain, loud_on_the_layer_that_gets_nothing)
{
    ga_result *result = audit_expecting(network_open(NETWORK_CUT), "G05");
    cr_expect_eq(finding_of(result, "G05", "W1")->count, 15);
    cr_expect_eq(finding_of(result, "G05", "b1")->count, 5);
    cr_expect_eq(count_of(result, "G05"), 2);
    ga_result_free(result);
    expect_codes(network_open_float(NETWORK_CUT), "G05");
}

Test(broken_chain, loud_on_a_scalar_and_on_part_of_a_variable)
{
    regression model = regression_at_start();
    ga_result *result = audit_expecting(regression_open(&model, REGRESSION_CUTS_BIAS), "G05");
    (void)finding_of(result, "G05", "b");
    ga_result_free(result);
    model = regression_at_start();
    result = audit_expecting(regression_open(&model, REGRESSION_CUTS_WEIGHT), "G05");
    cr_expect_eq(finding_of(result, "G05", "w")->indices[0], 2);
    ga_result_free(result);
}

Test(broken_chain, silent_on_zeros_that_are_right)
{
    expect_codes(flat(quadratic, quadratic_grad, 3, (double[]){0.25, 0.5, 1.0}), "");
    expect_codes(flat(cosines, cosines_grad, 2, (double[]){0.0, 0.0}), "G12");
    expect_codes(flat(relu, relu_grad, 2, (double[]){1.0, -3.0}), "");
}

static double offset(const double *x, size_t n, void *user)
{
    return 1e8 + quadratic(x, n, user);
}

/* At its minimum the slope is 0, and the noise of a loss of 1e8 is all that is seen. */
Test(broken_chain, silent_on_zeros_in_noise)
{
    static const ga_options only = {.select = "G05"};
    expect_codes_with(flat(offset, quadratic_grad, 3, (double[]){0.25, 0.5, 1.0}), &only, "");
}
