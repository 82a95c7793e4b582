/*
 * The test helper as people use it: right gradients pass cr_assert_gradient() and
 * cr_expect_gradient(), and wrong ones make ga_assert() say no and name the variable that is wrong,
 * and no other.
 */
#include "regression.h"

#include <gradaudit/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ga_assert() with its report in *text, which the caller frees. */
static int holds(ga_problem *problem, const ga_options *options, char **text)
{
    size_t size = 0;
    *text = NULL;
    FILE *const out = open_memstream(text, &size);
    cr_assert(out != NULL);
    const int answer = options ? ga_assert_with(problem, options, out) : ga_assert(problem, out);
    (void)fclose(out);
    return answer;
}

static void expect_failure(ga_problem *problem, const char *named, const char *not_named)
{
    char *text = NULL;
    cr_expect(!holds(problem, NULL, &text), "a wrong gradient passed");
    cr_expect(text && strstr(text, named), "`%s` is not named in:\n%s", named, text ? text : "");
    if (not_named) {
        cr_expect(text && !strstr(text, not_named), "`%s` is named in:\n%s", not_named,
                  text ? text : "");
    }
    free(text);
    ga_problem_free(problem);
}

Test(helper, right_gradient_in_own_buffers)
{
    regression model;
    ga_problem *const p = regression_problem(&model, NO_MISTAKE);
    cr_assert_gradient(p);
    ga_problem_free(p);
}

Test(helper, right_gradient_of_a_vector)
{
    ga_problem *const p = regression_flat(0);
    cr_expect_gradient(p);
    ga_problem_free(p);
}

Test(helper, same_problem_can_be_asserted_twice)
{
    regression model;
    ga_problem *const p = regression_problem(&model, NO_MISTAKE);
    cr_assert_gradient(p);
    cr_assert_gradient(p);
    ga_problem_free(p);
}

Test(helper, nothing_is_written_when_all_is_well)
{
    regression model;
    ga_problem *const p = regression_problem(&model, NO_MISTAKE);
    char *text = NULL;
    cr_expect(holds(p, NULL, &text));
    cr_expect(text && text[0] == '\0', "written:\n%s", text ? text : "");
    free(text);
    ga_problem_free(p);
}

Test(helper, model_is_as_it_was)
{
    regression model;
    ga_problem *const p = regression_problem(&model, WEIGHT_DECAY_MISSING);
    const regression before = model;
    char *text = NULL;
    cr_expect(!holds(p, NULL, &text));
    free(text);
    cr_expect(memcmp(model.w, before.w, sizeof model.w) == 0);
    cr_expect(memcmp(&model.b, &before.b, sizeof model.b) == 0);
    ga_problem_free(p);
}

Test(helper, wrong_bias_is_named)
{
    regression model;
    expect_failure(regression_problem(&model, BIAS_FORGETS_ITS_SIGN), "`bias`", "`weights`");
}

Test(helper, wrong_weights_are_named)
{
    regression model;
    expect_failure(regression_problem(&model, WEIGHT_DECAY_MISSING), "`weights`", "`bias`");
}

Test(helper, wrong_element_of_a_vector_is_named)
{
    expect_failure(regression_flat(1), "`weights`", "`bias`");
}

Test(helper, refusal_is_a_failure)
{
    regression model;
    expect_failure(regression_problem(&model, GRADIENT_REFUSES), "P08", NULL);
}

Test(helper, description_without_sense_is_a_failure_with_a_sentence)
{
    regression model;
    ga_problem *const p = regression_problem(&model, NO_MISTAKE);
    GA_TENSOR(p, "empty", model.w, model.dw, 0);
    expect_failure(p, "empty", NULL);
}

Test(helper, an_accepted_finding_is_no_failure)
{
    regression model;
    ga_problem *const p = regression_problem(&model, BIAS_FORGETS_ITS_SIGN);
    ga_allow(p, "G01", "bias", "to see that a reason is enough");
    cr_assert_gradient(p);
    ga_problem_free(p);
}

Test(helper, options_are_heeded)
{
    regression model;
    ga_problem *const p = regression_problem(&model, BIAS_FORGETS_ITS_SIGN);
    char *text = NULL;
    cr_expect(holds(p, &(ga_options){.ignore = "G01"}, &text), "%s", text ? text : "");
    free(text);
    ga_problem_free(p);
}

Test(helper, null_is_no_place_to_report_to_and_still_an_answer)
{
    regression model;
    ga_problem *right = regression_problem(&model, NO_MISTAKE);
    cr_expect(ga_assert(right, NULL));
    ga_problem_free(right);
    ga_problem *const wrong = regression_problem(&model, BIAS_FORGETS_ITS_SIGN);
    cr_expect(!ga_assert(wrong, NULL));
    ga_problem_free(wrong);
}
