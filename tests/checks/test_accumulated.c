/* G08 accumulated: adds without saying so, or says so and does not. */
#include "expect.h"

#include <string.h>

static const double START[3] = {1.0, -2.0, 0.5};

Test(accumulated, silent_on_one_that_writes)
{
    expect_codes(flat(quadratic, quadratic_grad, 3, START), "");
}

Test(accumulated, silent_on_one_that_adds_and_says_so)
{
    regression model = regression_at_start();
    model.accumulates = 1;
    expect_codes(regression_open(&model, REGRESSION_RIGHT), "");
    ga_problem *p = NULL;
    ga_problem_flat(
        &(ga_flat){
            .n = 3, .x = START, .loss = quadratic, .grad = quadratic_adding, .accumulates = 1},
        &p);
    expect_codes(p, "");
}

Test(accumulated, loud_on_one_that_adds)
{
    ga_result *result = audit_expecting(flat(quadratic, quadratic_adding, 3, START), "G08");
    (void)finding_of(result, "G08", "x");
    cr_expect_eq(variable_of(result, "x")->failed, 0, "over zeros the gradient is right");
    ga_result_free(result);
}

Test(accumulated, loud_on_the_one_variable_that_is_added_to)
{
    regression model = regression_at_start();
    ga_result *result = audit_expecting(regression_open(&model, REGRESSION_ADDS), "G08");
    (void)finding_of(result, "G08", "w");
    cr_expect_eq(count_of(result, "G08"), 1, "b is written");
    cr_expect_eq(variable_of(result, "b")->verdict, GA_PASS);
    ga_result_free(result);
}

Test(accumulated, loud_on_one_that_says_so_and_overwrites)
{
    regression model = regression_at_start();
    model.accumulates = 1;
    ga_result *result = audit_expecting(regression_open(&model, REGRESSION_CLEARS), "G08");
    cr_expect(strstr(finding_of(result, "G08", "w")->message, "declared to accumulate"));
    ga_result_free(result);
}

/* What is added is wrong, too: two faults, two findings. */
static int adds_wrongly(const double *x, size_t n, double *g, void *user)
{
    (void)quadratic_adding(x, n, g, user);
    g[2] += 1.0;
    return 0;
}

Test(accumulated, does_not_hide_a_mismatch)
{
    ga_result *result = audit_expecting(flat(quadratic, adds_wrongly, 3, START), "G08 G01");
    cr_expect_eq(finding_of(result, "G01", "x")->indices[0], 2);
    ga_result_free(result);
}

Test(accumulated, silent_on_hard_ones)
{
    expect_codes(flat(quadratic, quadratic_grad, 2, (double[]){1e150, -1e150}), "");
    expect_codes(flat(quadratic, quadratic_grad, 1, (double[]){0.5}), "");
    expect_codes(flat(cosines, cosines_grad, 2, (double[]){0.0, 0.0}), "G12"); /* g = 0 */
    expect_codes(network_open_float(NETWORK_RIGHT), "");
}

Test(accumulated, loud_at_any_size)
{
    for (int k = 0; k < 2; k++) {
        double unit = k == 0 ? 1e100 : 1e-100;
        const double x[2] = {3.0 * unit, -2.0 * unit};
        ga_problem *p = NULL;
        ga_problem_flat(
            &(ga_flat){.n = 2, .x = x, .loss = quadratic, .grad = quadratic_adding, .user = &unit},
            &p);
        expect_codes(p, "G08");
    }
}
