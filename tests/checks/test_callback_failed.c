/* P08 callback-failed: refusals here; deaths are told to the result by whoever saw them. */
#include "expect.h"

#include <signal.h>
#include <string.h>

static const double START[3] = {1.0, -2.0, 0.5};

Test(callback_failed, silent_on_a_right_one)
{
    expect_codes(flat(quadratic, quadratic_grad, 3, START), "");
}

Test(callback_failed, loud_on_a_refusal_and_alone)
{
    ga_result *result = audit_expecting(flat(quadratic, quadratic_refusing, 3, START), "P08");
    const ga_finding *const finding = finding_of(result, "P08", NULL);
    cr_expect(strstr(finding->message, "returned 7 in call 1"), "%s", finding->message);
    cr_expect_eq(check_of(result, "G01")->verdict, GA_SKIPPED);
    ga_result_free(result);
}

/* Refuses beyond 1, where nobody has promised to work. */
static int short_sighted(const double *x, size_t n, double *g, void *user)
{
    return x[0] > 1.0 || x[0] < 1.0 ? 3 : quadratic_grad(x, n, g, user);
}

Test(callback_failed, silent_when_only_another_point_is_refused)
{
    expect_codes(flat(quadratic, short_sighted, 3, START), "");
}

/* Undefined beyond 1, by way of NaN: that is how a loss refuses. */
static double guarded(const double *x, size_t n, void *user)
{
    return x[0] > 1.25 ? (double)NAN : quadratic(x, n, user);
}

Test(callback_failed, silent_on_a_loss_that_says_undefined)
{
    expect_codes(flat(guarded, quadratic_grad, 3, START), "");
}

static ga_result *dead(ga_child_outcome outcome)
{
    ga_problem *p = flat(quadratic, quadratic_grad, 3, START);
    ga_result *result = NULL;
    cr_assert_eq(ga_result_describe(p, &result), GA_OK);
    ga_problem_free(p);
    cr_assert_eq(ga_result_add_death(result, &outcome), GA_OK);
    return result;
}

Test(callback_failed, a_signal_names_itself_and_the_element_that_moved)
{
    ga_result *result = dead((ga_child_outcome){
        .end = GA_CHILD_SIGNALED,
        .number = SIGSEGV,
        .has_fault_address = 1,
        .fault_address = 16,
        .activity =
            {.phase = GA_PHASE_LOSS, .loss_calls = 7, .probing = 1, .element = 2, .variable = "x"},
    });
    const char *const message = finding_of(result, "P08", NULL)->message;
    cr_expect(strstr(message, "SIGSEGV") && strstr(message, "0x10"), "%s", message);
    cr_expect(strstr(message, "loss call 7, while element 2 of `x` was being moved"), "%s",
              message);
    cr_expect_eq(ga_result_verdict(result), GA_FAIL);
    cr_expect_eq(ga_result_exit_code(result), 4);
    ga_result_free(result);
}

Test(callback_failed, an_exit_names_its_status)
{
    ga_result *result = dead((ga_child_outcome){
        .end = GA_CHILD_EXITED,
        .number = 3,
        .activity = {.phase = GA_PHASE_GRADIENT, .gradient_calls = 1},
    });
    const char *const message = finding_of(result, "P08", NULL)->message;
    cr_expect(strstr(message, "exit status 3") && strstr(message, "gradient call 1"), "%s",
              message);
    ga_result_free(result);
}

static const char *why_of(ga_result *result)
{
    return finding_of(result, "P08", NULL)->why;
}

static ga_result *dead_printing(char *text)
{
    return dead((ga_child_outcome){
        .end = GA_CHILD_SIGNALED,
        .number = SIGABRT,
        .output = text,
        .output_size = strlen(text),
    });
}

Test(callback_failed, the_last_lines_that_were_printed_are_shown)
{
    char text[] = "one\ntwo\nterminate called\n\t what():  boom\nthe end\n\n";
    ga_result *result = dead_printing(text);
    cr_expect(strstr(why_of(result), "printed: `terminate called / what(): boom / the end`"), "%s",
              why_of(result));
    ga_result_free(result);
}

Test(callback_failed, of_a_sanitizer_its_summary_is_shown)
{
    char text[] = "bad\nSUMMARY: AddressSanitizer: stack-overflow a.c:7\nlegend\n==1==ABORTING\n";
    ga_result *result = dead_printing(text);
    cr_expect(strstr(why_of(result), "`SUMMARY: AddressSanitizer: stack-overflow a.c:7`"), "%s",
              why_of(result));
    ga_result_free(result);
}

Test(callback_failed, a_long_line_is_cut_between_characters)
{
    char text[1002] = "";
    for (size_t i = 0; i < 1000; i += 2) {
        memcpy(text + i, "\xc3\xa9", 2);
    }
    text[1000] = 'x'; /* an odd end: the cut would fall within a character */
    ga_result *result = dead_printing(text);
    cr_expect(strstr(why_of(result), "`...\xc3\xa9"), "%s", why_of(result));
    ga_result_free(result);
}

Test(callback_failed, silence_and_an_end_that_was_not_kept_are_not_quoted)
{
    char blank[] = " \n\n";
    char head[] = "the head";
    ga_result *result = dead_printing(blank);
    cr_expect_not(strstr(why_of(result), "printed"), "%s", why_of(result));
    ga_result_free(result);
    result = dead((ga_child_outcome){.end = GA_CHILD_EXITED, .output = head, .output_size = 70000});
    cr_expect_not(strstr(why_of(result), "printed"), "%s", why_of(result));
    ga_result_free(result);
}

Test(callback_failed, a_time_out_names_its_limit)
{
    ga_result *result = dead((ga_child_outcome){.end = GA_CHILD_TIMEOUT, .seconds_allowed = 60.0});
    const char *const message = finding_of(result, "P08", NULL)->message;
    cr_expect(strstr(message, "did not come back within 60 s"), "%s", message);
    ga_result_free(result);
}
