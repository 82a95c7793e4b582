/* N01 nondeterministic: random, counting, late; and never called a mismatch. */
#include "expect.h"

#include <string.h>

Test(nondeterministic, silent_on_a_right_one)
{
    restless state;
    ga_result *result = audit_expecting(restless_open(&state, RESTLESS_NOT), "");
    cr_expect_eq(ga_result_facts(result)->repeatable, 1);
    ga_result_free(result);
}

Test(nondeterministic, loud_on_dropout_and_alone)
{
    restless state;
    ga_result *result = audit_expecting(restless_open(&state, RESTLESS_RANDOM), "N01");
    const ga_finding *const finding = finding_of(result, "N01", NULL);
    cr_expect_eq(finding->severity, GA_ERROR);
    cr_expect(strstr(finding->why, "random"), "%s", finding->why);
    cr_expect_eq(check_of(result, "G01")->verdict, GA_SKIPPED);
    cr_expect_eq(ga_result_facts(result)->repeatable, 0);
    ga_result_free(result);
}

Test(nondeterministic, loud_on_a_counter_which_is_called_one)
{
    restless state;
    ga_result *result = audit_expecting(restless_open(&state, RESTLESS_COUNTING), "N01");
    cr_expect(strstr(finding_of(result, "N01", NULL)->why, "counter"));
    ga_result_free(result);
}

Test(nondeterministic, loud_on_a_change_that_comes_late)
{
    restless state;
    ga_result *result = NULL;
    ga_problem *p = restless_open(&state, RESTLESS_LATE);
    cr_assert_eq(ga_audit(p, NULL, &result), GA_OK);
    ga_problem_free(p);
    cr_expect_eq(count_of(result, "N01"), 1);
    cr_expect_eq(ga_result_verdict(result), GA_FAIL);
    cr_expect_eq(count_of(result, "G01"), 0, "slopes measured meanwhile accuse nobody");
    ga_result_free(result);
}

Test(nondeterministic, loud_on_a_random_gradient)
{
    restless state;
    ga_result *result = audit_expecting(restless_open(&state, RESTLESS_RANDOM_GRADIENT), "N01");
    cr_expect(strstr(finding_of(result, "N01", NULL)->message, "the gradient differs"));
    ga_result_free(result);
}

Test(nondeterministic, a_warning_at_the_level_of_rounding)
{
    restless state;
    ga_result *result = audit_expecting(restless_open(&state, RESTLESS_ROUNDING), "N01");
    const ga_finding *const finding = finding_of(result, "N01", NULL);
    cr_expect_eq(finding->severity, GA_WARNING, "%s", finding->message);
    cr_expect_eq(variable_of(result, "x")->checked, RESTLESS_N, "slopes are measured all the same");
    cr_expect_eq(ga_result_verdict(result), GA_PASS);
    ga_result_free(result);
}

Test(nondeterministic, silent_with_hooks_that_make_it_repeatable)
{
    restless state;
    expect_codes(restless_open(&state, RESTLESS_COUNTING_RESET), "");
}

Test(nondeterministic, silent_when_another_check_explains_the_difference)
{
    restless state;
    expect_codes(restless_open(&state, RESTLESS_STALE), "G09");
    expect_codes(flat(quadratic, quadratic_adding, 3, (double[]){1.0, -2.0, 0.5}), "G08");
}

Test(nondeterministic, silent_on_a_rough_function)
{
    restless state;
    expect_codes(restless_open(&state, RESTLESS_NOISY), "");
    expect_codes(network_open_float(NETWORK_RIGHT), "");
    expect_codes(flat(quadratic, quadratic_grad, 1, (double[]){1e150}), "");
}

/* Where the spread is small enough, slopes are means over repeated calls. */
Test(nondeterministic, a_right_random_loss_is_not_accused_and_measured_all_the_same)
{
    restless state;
    ga_result *result = audit_expecting(restless_open(&state, RESTLESS_SAMPLED), "N01");
    const ga_finding *const finding = finding_of(result, "N01", NULL);
    cr_expect_eq(finding->severity, GA_ERROR);
    cr_expect(strstr(finding->help, "evaluations an element"), "%s", finding->help);
    cr_expect_eq(variable_of(result, "x")->checked, RESTLESS_N);
    cr_expect_eq(variable_of(result, "x")->failed, 0);
    ga_result_free(result);
}

Test(nondeterministic, a_wrong_gradient_of_a_random_loss_is_found)
{
    restless state;
    ga_problem *p = restless_open(&state, RESTLESS_SAMPLED_WRONG);
    ga_result *result = NULL;
    cr_assert_eq(ga_audit(p, NULL, &result), GA_OK);
    ga_problem_free(p);
    cr_expect_eq(count_of(result, "N01"), 1);
    cr_expect(count_of(result, "G01") + count_of(result, "G03") > 0, "two sets exclude it");
    cr_expect_eq(count_of(result, "G11"), 0, "what cannot be told is not said again");
    ga_result_free(result);
}

Test(nondeterministic, a_random_gradient_of_a_random_loss_is_judged_by_its_mean)
{
    restless state;
    expect_codes(restless_open(&state, RESTLESS_MASKED_BOTH), "N01");
}

Test(nondeterministic, a_drift_accuses_no_gradient)
{
    restless state;
    ga_result *result = audit_expecting(restless_open(&state, RESTLESS_COUNTING), "N01");
    cr_expect_eq(variable_of(result, "x")->failed, 0);
    ga_result_free(result);
}

Test(nondeterministic, reset_comes_before_every_call_of_a_flat_problem)
{
    restless state;
    ga_result *result = audit_expecting(restless_open(&state, RESTLESS_COUNTING_RESET), "");
    const ga_facts *const facts = ga_result_facts(result);
    cr_expect_eq(state.resets, facts->evaluations + facts->gradient_calls);
    ga_result_free(result);
}
