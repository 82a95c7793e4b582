/* V05 overwritten: the loss sets a trainable variable, also to the value it has. */
#include "expect.h"

#include <string.h>

Test(overwritten, silent_on_a_right_one)
{
    regression model = regression_at_start();
    expect_codes(regression_open(&model, REGRESSION_RIGHT), "");
}

Test(overwritten, loud_when_set_to_the_value_it_has)
{
    regression model = regression_at_start();
    ga_result *result = audit_expecting(regression_open(&model, REGRESSION_SETS_BIAS), "V05");
    const ga_finding *const finding = finding_of(result, "V05", "b");
    cr_expect(strstr(finding->message, "is 0.3 after"), "%s", finding->message);
    cr_expect_eq(variable_of(result, "w")->verdict, GA_PASS);
    cr_expect_eq(variable_of(result, "b")->verdict, GA_FAIL);
    ga_result_free(result);
}

Test(overwritten, loud_when_set_to_another_value_and_put_back)
{
    regression model = regression_at_start();
    ga_result *result = audit_expecting(regression_open(&model, REGRESSION_SETS_WEIGHT), "V05");
    const ga_finding *const finding = finding_of(result, "V05", "w");
    cr_expect_eq(finding->indices[0], 1);
    cr_expect(strstr(finding->message, "it was -0.9 before the call and is -1 after"), "%s",
              finding->message);
    ga_result_free(result);
    cr_expect_eq(model.w[1], -0.9);
}

/* Touches its variable and leaves it as it was, to the bit; and writes what is declared as state.
 */
typedef struct busy {
    double x, dx;
    double mean;
} busy;

static double busy_loss(void *user)
{
    busy *const b = user;
    const double kept = b->x;
    b->x = kept * 2.0;
    const double value = cos(b->x * 0.5) + b->mean;
    b->x = kept;
    b->mean += 0.125;
    return value;
}

static int busy_grad(void *user)
{
    busy *const b = user;
    b->dx = -sin(b->x);
    return 0;
}

Test(overwritten, silent_on_state_and_on_values_put_back)
{
    busy b = {.x = 0.8};
    ga_problem *p = NULL;
    ga_problem_new("busy", &p);
    GA_VARIABLE(p, "x", &b.x, &b.dx);
    ga_problem_add(
        p, &(ga_variable){.name = "mean", .value = &b.mean, .dtype = GA_F64, .role = GA_STATE});
    ga_problem_callbacks(p, busy_loss, busy_grad, &b);
    expect_codes(p, "");
    cr_expect_eq(b.x, 0.8);
    cr_expect_eq(b.mean, 0.0, "state is put back, too");
}

static double clamps(void *user)
{
    busy *const b = user;
    b->x = b->x > 0.5 ? b->x : 0.5; /* written back, though it changes nothing here */
    return cos(b->x);
}

Test(overwritten, silent_on_a_clamp_that_does_not_bite)
{
    busy b = {.x = 0.8};
    ga_problem *p = NULL;
    ga_problem_new("clamps", &p);
    GA_VARIABLE(p, "x", &b.x, &b.dx);
    ga_problem_callbacks(p, clamps, busy_grad, &b);
    expect_codes(p, "");
}
