/*
 * A problem is made, carries its first error, and is freed.
 */
#include "problem.h"

#include <criterion/criterion.h>
#include <string.h>

Test(life, a_new_problem_is_empty)
{
    ga_problem *p = NULL;
    cr_assert(ga_problem_new("mlp", &p) == GA_OK);
    cr_expect_str_eq(ga_problem_name(p), "mlp");
    cr_expect_null(ga_problem_error(p));
    cr_expect_null(ga_problem_user(p));
    cr_expect(p->block_count == 0 && !p->is_flat && !p->locked && !p->busy);
    ga_problem_free(p);
}

Test(life, the_name_is_copied)
{
    char name[] = "mlp";
    ga_problem *p = NULL;
    cr_assert(ga_problem_new(name, &p) == GA_OK);
    name[0] = 'X';
    cr_expect_str_eq(ga_problem_name(p), "mlp");
    ga_problem_free(p);
}

Test(life, without_a_name_it_carries_an_error)
{
    const char *const nameless[] = {NULL, ""};
    for (size_t i = 0; i < 2; ++i) {
        ga_problem *p = NULL;
        cr_expect(ga_problem_new(nameless[i], &p) == GA_EINVAL);
        cr_assert_not_null(p);
        cr_expect_str_eq(ga_problem_error(p), "the problem has no name");
        cr_expect_str_eq(ga_problem_name(p), "loss");
        ga_problem_free(p);
    }
    cr_expect(ga_problem_new("mlp", NULL) == GA_EINVAL);
}

Test(life, the_first_error_stays)
{
    ga_problem *p = NULL;
    ga_problem_new("mlp", &p);
    cr_expect(ga_problem_fail(p, "cannot open %s: %d", "iris.csv", 7) == GA_EINVAL);
    cr_expect(ga_problem_fail(p, "another") == GA_EINVAL);
    cr_expect_str_eq(ga_problem_error(p), "cannot open iris.csv: 7");
    cr_expect(ga_problem_seal(p) == GA_EINVAL);
    ga_problem_free(p);
}

Test(life, an_error_may_be_of_any_length)
{
    char text[5000];
    memset(text, 'a', sizeof text);
    text[sizeof text - 1] = '\0';
    ga_problem *p = NULL;
    ga_problem_new("mlp", &p);
    cr_expect(ga_problem_fail(p, "%s", text) == GA_EINVAL);
    cr_expect(strlen(ga_problem_error(p)) > 500);
    ga_problem_free(p);
}

Test(life, later_calls_do_nothing)
{
    double x = 1.0;
    double g = 0.0;
    ga_problem *p = NULL;
    ga_problem_new("mlp", &p);
    ga_problem_fail(p, "broken");
    cr_expect(GA_VARIABLE(p, "x", &x, &g) == GA_EINVAL);
    cr_expect(ga_problem_input(p, "data", &x, sizeof x) == GA_EINVAL);
    cr_expect(ga_allow(p, "S01", NULL, "by design") == GA_EINVAL);
    cr_expect(ga_problem_hooks(p, &(ga_hooks){.user = &x}) == GA_EINVAL);
    cr_expect(ga_problem_slice(p, &(ga_slice){.name = "x"}) == GA_EINVAL);
    cr_expect(p->block_count + p->input_count + p->allowance_count + p->slice_count == 0);
    cr_expect_null(p->hooks.user);
    cr_expect_str_eq(ga_problem_error(p), "broken");
    ga_problem_free(p);
}

Test(life, nothing_is_no_problem)
{
    double x = 1.0;
    cr_expect(GA_VARIABLE(NULL, "x", &x, NULL) == GA_EINVAL);
    cr_expect(ga_problem_slice(NULL, &(ga_slice){.name = "x"}) == GA_EINVAL);
    cr_expect(ga_problem_input(NULL, "data", &x, sizeof x) == GA_EINVAL);
    cr_expect(ga_problem_callbacks(NULL, NULL, NULL, NULL) == GA_EINVAL);
    cr_expect(ga_problem_update(NULL, NULL, 1.0, NULL) == GA_EINVAL);
    cr_expect(ga_problem_locate(NULL, NULL) == GA_EINVAL);
    cr_expect(ga_problem_hooks(NULL, &(ga_hooks){.user = NULL}) == GA_EINVAL);
    cr_expect(ga_allow(NULL, "S01", NULL, "by design") == GA_EINVAL);
    cr_expect(ga_problem_fail(NULL, "broken") == GA_EINVAL);
    cr_expect(ga_problem_on_free(NULL, NULL, NULL) == GA_EINVAL);
    cr_expect(ga_problem_seal(NULL) == GA_EINVAL);
    cr_expect_null(ga_problem_user(NULL));
    cr_expect_str_eq(ga_problem_name(NULL), "");
    cr_expect_not_null(ga_problem_error(NULL));
    ga_problem_watch(NULL, NULL);
    ga_problem_free(NULL);
}

/* ---- on_free ---- */

typedef struct note {
    char *text; /* where to append */
    char letter;
} note;

static void append(void *arg)
{
    const note *const it = arg;
    const size_t length = strlen(it->text);
    it->text[length] = it->letter;
    it->text[length + 1] = '\0';
}

Test(on_free, the_last_registered_runs_first)
{
    char text[16] = "";
    note notes[3] = {{text, 'a'}, {text, 'b'}, {text, 'c'}};
    ga_problem *p = NULL;
    ga_problem_new("mlp", &p);
    for (size_t i = 0; i < 3; ++i) {
        cr_expect(ga_problem_on_free(p, append, &notes[i]) == GA_OK);
    }
    ga_problem_free(p);
    cr_expect_str_eq(text, "cba");
}

Test(on_free, works_on_a_problem_with_an_error)
{
    char text[16] = "";
    note it = {text, 'a'};
    ga_problem *p = NULL;
    ga_problem_new("mlp", &p);
    ga_problem_fail(p, "broken");
    cr_expect(ga_problem_on_free(p, append, &it) == GA_OK);
    ga_problem_free(p);
    cr_expect_str_eq(text, "a");
}

Test(on_free, needs_a_function)
{
    ga_problem *p = NULL;
    ga_problem_new("mlp", &p);
    cr_expect(ga_problem_on_free(p, NULL, NULL) == GA_EINVAL);
    cr_expect_not_null(ga_problem_error(p));
    ga_problem_free(p);
}

static void free_again(void *arg)
{
    ga_problem_free(arg);
}

Test(on_free, may_try_to_free_the_problem_itself)
{
    ga_problem *p = NULL;
    ga_problem_new("mlp", &p);
    cr_expect(ga_problem_on_free(p, free_again, p) == GA_OK);
    ga_problem_free(p);
}

static void see_phase(void *arg)
{
    ga_activity *const activity = arg;
    activity->element = (uint64_t)activity->phase;
}

Test(on_free, is_visible_to_who_watches)
{
    ga_activity activity = {0};
    ga_problem *p = NULL;
    ga_problem_new("mlp", &p);
    ga_problem_watch(p, &activity);
    cr_expect_str_eq(activity.loss, "mlp");
    ga_problem_on_free(p, see_phase, &activity);
    ga_problem_free(p);
    cr_expect(activity.element == GA_PHASE_FREE);
    cr_expect(activity.phase == GA_PHASE_NONE);
}

Test(life, a_busy_problem_is_not_freed)
{
    ga_problem *p = NULL;
    ga_problem_new("mlp", &p);
    p->busy = 1;
    ga_problem_free(p);
    p->busy = 0;
    cr_expect_str_eq(ga_problem_name(p), "mlp");
    ga_problem_free(p);
}

/* ---- words ---- */

Test(words, each_value_has_its_text)
{
    cr_expect_str_eq(ga_status_text(GA_OK), "ok");
    cr_expect_str_eq(ga_status_text(GA_ENOMEM), "out of memory");
    cr_expect_str_eq(ga_status_text(GA_EUNSUPPORTED), "not supported by this version");
    cr_expect_str_eq(ga_verdict_text(GA_SKIPPED), "skipped");
    cr_expect_str_eq(ga_verdict_text(GA_PASS), "pass");
    cr_expect_str_eq(ga_verdict_text(GA_INCONCLUSIVE), "inconclusive");
    cr_expect_str_eq(ga_verdict_text(GA_FAIL), "fail");
    cr_expect_str_eq(ga_dtype_text(GA_F32), "f32");
    cr_expect_str_eq(ga_dtype_text(GA_F64), "f64");
    cr_expect_str_eq(ga_role_text(GA_TRAINABLE), "trainable");
    cr_expect_str_eq(ga_role_text(GA_FROZEN), "frozen");
    cr_expect_str_eq(ga_role_text(GA_STATE), "state");
    cr_expect_str_eq(ga_severity_text(GA_NOTE), "note");
    cr_expect_str_eq(ga_severity_text(GA_WARNING), "warning");
    cr_expect_str_eq(ga_severity_text(GA_ERROR), "error");
    cr_expect_str_eq(ga_version(), GA_VERSION);
}

Test(words, what_is_none_of_them_is_unknown)
{
    cr_expect_str_eq(ga_status_text(GA_STATUS_COUNT), "unknown");
    cr_expect_str_eq(ga_verdict_text((ga_verdict)4), "unknown");
    cr_expect_str_eq(ga_dtype_text((ga_dtype)3), "unknown");
    cr_expect_str_eq(ga_role_text((ga_role)3), "unknown");
    cr_expect_str_eq(ga_severity_text((ga_severity)1000), "unknown");
}
