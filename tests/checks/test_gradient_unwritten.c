/* P03 gradient-unwritten: told apart from a written 0 and from a computed NaN. */
#include "expect.h"

#include <string.h>

static const double START[5] = {1.0, -2.0, 0.5, 3.0, 0.25};

Test(gradient_unwritten, silent_on_a_right_one)
{
    expect_codes(flat(quadratic, quadratic_grad, 5, START), "");
}

Test(gradient_unwritten, loud_with_the_indices)
{
    ga_result *result = audit_expecting(flat(quadratic, quadratic_unwritten, 5, START), "P03");
    const ga_finding *const finding = finding_of(result, "P03", "x");
    cr_expect_eq(finding->count, 2);
    cr_expect_eq(finding->index_count, 2);
    cr_expect_eq(finding->indices[0], 3);
    cr_expect_eq(finding->indices[1], 4);
    cr_expect(strstr(finding->message, "2 of 5 slots"), "%s", finding->message);
    cr_expect_eq(variable_of(result, "x")->unwritten, 2);
    cr_expect_eq(variable_of(result, "x")->checked, 3);
    ga_result_free(result);
}

Test(gradient_unwritten, loud_on_a_whole_variable)
{
    regression model = regression_at_start();
    ga_result *result = audit_expecting(regression_open(&model, REGRESSION_FORGETS_BIAS), "P03");
    const ga_finding *const finding = finding_of(result, "P03", "b");
    cr_expect(strstr(finding->message, "never written"), "%s", finding->message);
    cr_expect_eq(variable_of(result, "w")->verdict, GA_PASS);
    ga_result_free(result);
}

static int writes_zero(const double *x, size_t n, double *g, void *user)
{
    (void)quadratic_grad(x, n, g, user);
    g[2] = x[0] - x[0]; /* a written 0 where the slope is not 0 */
    return 0;
}

Test(gradient_unwritten, silent_on_zeros_and_nans_that_were_written)
{
    expect_codes(flat(quadratic, writes_zero, 5, START), "G05");
    expect_codes(flat(quadratic, quadratic_nan, 5, START), "P02");
}

/* Backwards, twice, and through memcpy(). */
static int written_oddly(const double *x, size_t n, double *g, void *user)
{
    double copy[8];
    for (size_t i = n; i-- > 0;) {
        g[i] = -1.0;
    }
    (void)quadratic_grad(x, n, copy, user);
    memcpy(g, copy, n * sizeof *g);
    return 0;
}

Test(gradient_unwritten, silent_on_odd_ways_of_writing)
{
    expect_codes(flat(quadratic, written_oddly, 5, START), "");
    expect_codes(flat(quadratic, written_oddly, 1, START), "");
    regression model = regression_at_start();
    model.accumulates = 1; /* reads what it finds, which is cleared before */
    expect_codes(regression_open(&model, REGRESSION_RIGHT), "");
    expect_codes(network_open_float(NETWORK_RIGHT), "");
}
