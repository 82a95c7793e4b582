/* P04 memory-abuse: past the buffer's ends, or into the parameters. */
#include "expect.h"

#include <string.h>

static const double START[3] = {1.0, -2.0, 0.5};

Test(memory_abuse, silent_on_a_right_one)
{
    expect_codes(flat(quadratic, quadratic_grad, 3, START), "");
}

Test(memory_abuse, loud_past_the_end)
{
    ga_result *result = audit_expecting(flat(quadratic, quadratic_overrun, 3, START), "P04");
    const ga_finding *const finding = finding_of(result, "P04", NULL);
    cr_expect_eq(finding->count, 1);
    cr_expect(strstr(finding->message, "1 element past the end"), "%s", finding->message);
    ga_result_free(result);
}

Test(memory_abuse, loud_before_the_start)
{
    ga_result *result = audit_expecting(flat(quadratic, quadratic_underrun, 3, START), "P04");
    const ga_finding *const finding = finding_of(result, "P04", NULL);
    cr_expect(strstr(finding->message, "1 element before the start"), "%s", finding->message);
    ga_result_free(result);
}

Test(memory_abuse, loud_on_a_changed_parameter)
{
    ga_result *result = audit_expecting(flat(quadratic, quadratic_moving, 3, START), "P04");
    const ga_finding *const finding = finding_of(result, "P04", "x");
    cr_expect_eq(finding->indices[0], 1);
    ga_result_free(result);
}

Test(memory_abuse, loud_on_a_changed_variable_which_is_put_back)
{
    regression model = regression_at_start();
    ga_result *result = audit_expecting(regression_open(&model, REGRESSION_MOVES_WEIGHT), "P04");
    cr_expect_eq(finding_of(result, "P04", "w")->indices[0], 0);
    cr_expect_eq(count_of(result, "P04"), 1);
    cr_expect_eq(model.w[0], 0.4);
    ga_result_free(result);
}

/* Works in the buffer beyond what it returns, but within its bounds; and reads x only. */
static int scratches(const double *x, size_t n, double *g, void *user)
{
    memset(g, 0xff, n * sizeof *g);
    return quadratic_grad(x, n, g, user);
}

Test(memory_abuse, silent_on_the_very_last_slot_and_on_one_element)
{
    expect_codes(flat(quadratic, scratches, 3, START), "");
    expect_codes(flat(quadratic, scratches, 1, START), "");
}

static int step(void *user)
{
    regression *const model = user;
    double w[3];
    double b = 0.0;
    regression_slopes(model, w, &b);
    for (size_t j = 0; j < 3; j++) {
        model->w[j] -= 0.125 * w[j];
    }
    model->b -= 0.125 * b;
    return 0;
}

static double plain_loss(void *user)
{
    return regression_loss(user);
}

Test(memory_abuse, silent_on_an_update_that_is_meant)
{
    regression model = regression_at_start();
    ga_problem *p = NULL;
    ga_problem_new("update", &p);
    GA_TENSOR(p, "w", model.w, (double *)NULL, 3);
    GA_VARIABLE(p, "b", &model.b, (double *)NULL);
    ga_problem_callbacks(p, plain_loss, NULL, &model);
    ga_problem_update(p, step, 0.125, &model);
    expect_codes(p, "");
    cr_expect_eq(model.w[0], 0.4);
}
