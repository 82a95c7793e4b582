/* What an audit promises whatever it finds: parameters restored bit for bit, the same report for
 * the same seed, nothing else of the process touched, options that do what they say. */
#include "problem.h"

#include "gradaudit/result.h"

#include <criterion/criterion.h>
#include <fenv.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* ---- Subjects: sum of (x_i - i/7)^2 i, flat and in own buffers ---- */

static double weight(size_t i)
{
    return (double)(i + 1);
}

static double bowl(const double *x, size_t n, void *user)
{
    double sum = 0.0;
    (void)user;
    for (size_t i = 0; i < n; i++) {
        const double gap = x[i] - (double)i / 7.0;
        sum += weight(i) * gap * gap;
    }
    return sum;
}

static int bowl_gradient(const double *x, size_t n, double *g, void *user)
{
    (void)user;
    for (size_t i = 0; i < n; i++) {
        g[i] = 2.0 * weight(i) * (x[i] - (double)i / 7.0);
    }
    return 0;
}

static int wrong_at_3(const double *x, size_t n, double *g, void *user)
{
    (void)bowl_gradient(x, n, g, user);
    g[3] *= 1.5;
    return 0;
}

enum {
    N = 40
};

static ga_problem *flat(ga_flat_grad_fn *gradient)
{
    double x[N];
    for (size_t i = 0; i < N; i++) {
        x[i] = 1.0 + 0.1 * (double)i;
    }
    ga_problem *p = NULL;
    ga_problem_flat(&(ga_flat){.name = "bowl", .n = N, .x = x, .loss = bowl, .grad = gradient}, &p);
    return p;
}

typedef struct buffers {
    double a[6], da[6];
    float b[4], db[4];
    double frozen[2];
    double state;
    int calls;
} buffers;

static double own_loss(void *user)
{
    buffers *const net = user;
    double sum = net->frozen[0] * net->frozen[1] + net->state;
    for (int i = 0; i < 6; i++) {
        sum += net->a[i] * net->a[i] * (i + 1);
    }
    for (int i = 0; i < 4; i++) {
        sum += sin((double)net->b[i]);
    }
    net->state += 1.0; /* a counter that would make every call differ */
    net->calls++;
    return sum;
}

static int own_gradient(void *user)
{
    buffers *const net = user;
    for (int i = 0; i < 6; i++) {
        net->da[i] = 2.0 * net->a[i] * (i + 1);
    }
    for (int i = 0; i < 4; i++) {
        net->db[i] = (float)cos((double)net->b[i]);
    }
    return 0;
}

static ga_problem *own(buffers *net)
{
    ga_problem *p = NULL;
    *net = (buffers){
        .a = {1.0, -0.0, 0x1.fffffffffffffp-3, 1e-310, 5.0, -2.5},
        .b = {0.1f, -0.0f, 1e-40f, 3.0f},
        .frozen = {2.0, 3.0},
        .state = 7.0,
    };
    ga_problem_new("own", &p);
    GA_TENSOR(p, "a", net->a, net->da, 2, 3);
    GA_TENSOR(p, "b", net->b, net->db, 4);
    ga_problem_add(p, &(ga_variable){.name = "frozen",
                                     .value = net->frozen,
                                     .dtype = GA_F64,
                                     .role = GA_FROZEN,
                                     .rank = 1,
                                     .shape = {2}});
    ga_problem_add(
        p,
        &(ga_variable){.name = "state", .value = &net->state, .dtype = GA_F64, .role = GA_STATE});
    ga_problem_callbacks(p, own_loss, own_gradient, net);
    return p;
}

static ga_result *audit(ga_problem *p, const ga_options *options)
{
    ga_result *result = NULL;
    const ga_status status = ga_audit(p, options, &result);
    cr_assert(status == GA_OK, "%s: %s", ga_status_text(status),
              ga_problem_error(p) ? ga_problem_error(p) : "");
    return result;
}

static size_t errors(const ga_result *result)
{
    return ga_result_count(result, GA_ERROR);
}

/* ---- Restoring ---- */

Test(promises, parameters_are_restored_bit_for_bit)
{
    buffers net;
    ga_problem *const p = own(&net);
    const buffers before = net;
    ga_result *const result = audit(p, NULL);
    cr_expect(memcmp(before.a, net.a, sizeof net.a) == 0);
    cr_expect(memcmp(before.b, net.b, sizeof net.b) == 0);
    cr_expect(memcmp(before.frozen, net.frozen, sizeof net.frozen) == 0);
    cr_expect(memcmp(&before.state, &net.state, sizeof net.state) == 0, "state is put back, too");
    cr_expect(errors(result) == 0 && ga_result_facts(result)->repeatable == 1);
    cr_expect(ga_result_facts(result)->evaluations == (size_t)net.calls, "every call is counted");
    ga_result_free(result);
    ga_problem_free(p);
}

static int scribble(const double *x, size_t n, double *g, void *user)
{
    (void)bowl_gradient(x, n, g, user);
    double *own_copy = NULL;
    memcpy(&own_copy, &x, sizeof own_copy); /* what a cast would do */
    own_copy[1] += 1.0;
    return 0;
}

Test(promises, a_gradient_that_changes_x_is_found_and_undone)
{
    ga_problem *const p = flat(scribble);
    ga_result *const result = audit(p, NULL);
    cr_assert(errors(result) == 1);
    cr_expect_str_eq(ga_result_finding(result, 0)->code, "P04");
    cr_expect(p->x[1] == 1.1);
    ga_result_free(result);
    ga_problem_free(p);
}

/* ---- The same seed, the same report ---- */

static void expect_equal_results(const ga_result *a, const ga_result *b)
{
    cr_assert(ga_result_variable_count(a) == ga_result_variable_count(b));
    cr_expect(ga_result_facts(a)->evaluations == ga_result_facts(b)->evaluations);
    for (size_t v = 0; v < ga_result_variable_count(a); v++) {
        const size_t count = ga_result_element_count(a, v);
        cr_assert(count == ga_result_element_count(b, v));
        for (size_t k = 0; k < count; k++) {
            const ga_element *const p = ga_result_element(a, v, k);
            const ga_element *const q = ga_result_element(b, v, k);
            cr_expect(p->index == q->index && p->verdict == q->verdict &&
                      memcmp(&p->measured, &q->measured, sizeof p->measured) == 0 &&
                      memcmp(&p->uncertainty, &q->uncertainty, sizeof p->uncertainty) == 0 &&
                      memcmp(&p->step, &q->step, sizeof p->step) == 0);
        }
    }
}

Test(promises, same_seed_same_numbers)
{
    ga_problem *const p = flat(wrong_at_3);
    ga_result *const first = audit(p, &(ga_options){.seed = 5});
    ga_result *const second = audit(p, &(ga_options){.seed = 5});
    ga_result *const other = audit(p, &(ga_options){.seed = 6});
    expect_equal_results(first, second);
    cr_expect(ga_result_element(first, 0, 0)->step != ga_result_element(other, 0, 0)->step);
    cr_expect(errors(other) == 1, "the verdict does not depend on the seed");
    ga_result_free(first);
    ga_result_free(second);
    ga_result_free(other);
    ga_problem_free(p);
}

static void *audit_in_thread(void *result)
{
    ga_problem *const p = flat(wrong_at_3);
    ga_audit(p, NULL, (ga_result **)result);
    ga_problem_free(p);
    return NULL;
}

Test(promises, distinct_problems_in_distinct_threads)
{
    pthread_t threads[4];
    ga_result *results[4] = {0};
    for (size_t i = 0; i < 4; i++) {
        cr_assert(pthread_create(&threads[i], NULL, audit_in_thread, &results[i]) == 0);
    }
    for (size_t i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
    }
    for (size_t i = 0; i < 4; i++) {
        cr_assert_not_null(results[i]);
        expect_equal_results(results[0], results[i]);
    }
    for (size_t i = 0; i < 4; i++) {
        ga_result_free(results[i]);
    }
}

/* ---- The rest of the process ---- */

static int handled;

static void handler(const char *reason, const char *file, int line, int number)
{
    (void)reason, (void)file, (void)line, (void)number;
    handled++;
}

Test(promises, gsl_handler_and_fenv_are_left_alone)
{
    gsl_error_handler_t *const old = gsl_set_error_handler(handler);
    fesetround(FE_UPWARD);
    feclearexcept(FE_ALL_EXCEPT);
    ga_problem *const p = flat(bowl_gradient);
    ga_result *const result = audit(p, NULL);
    cr_expect(fegetround() == FE_UPWARD);
    cr_expect(fetestexcept(FE_INVALID | FE_DIVBYZERO | FE_OVERFLOW) == 0, "no flag is left raised");
    cr_expect(gsl_set_error_handler(old) == handler && handled == 0);
    cr_expect(errors(result) == 0);
    ga_result_free(result);
    ga_problem_free(p);
}

static ga_problem *inner;
static ga_status inner_status;

static double audits_itself(const double *x, size_t n, void *user)
{
    ga_result *result = NULL;
    inner_status = ga_audit(inner, NULL, &result);
    return bowl(x, n, user);
}

Test(promises, an_audit_within_an_audit_is_refused)
{
    double x[3] = {1.0, 2.0, 3.0};
    ga_problem_flat(&(ga_flat){.n = 3, .x = x, .loss = audits_itself, .grad = bowl_gradient},
                    &inner);
    ga_result *const result = audit(inner, NULL);
    cr_expect(inner_status == GA_EBUSY);
    cr_expect(errors(result) == 0);
    ga_result_free(result);
    ga_problem_free(inner);
}

/* ---- Bad news from the caller ---- */

Test(promises, bad_options_are_sentences)
{
    static const ga_options bad[] = {
        {.rtol = -1.0},           {.rtol = (double)NAN},        {.resolution = 2.0},
        {.max_seconds = -1.0},    {.max_seconds = (double)NAN}, {.select = "G01,nonsense"},
        {.ignore = "everything"}, {.workers = -1},              {.workers = 257},
        {.points = -1},           {.points = 65},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ga_problem *const p = flat(bowl_gradient);
        ga_result *result = NULL;
        cr_expect(ga_audit(p, &bad[i], &result) == GA_EINVAL, "case %zu", i);
        cr_expect_null(result);
        cr_expect_not_null(ga_problem_error(p));
        ga_problem_free(p);
    }
    ga_problem *const p = flat(bowl_gradient);
    ga_result *result = NULL;
    cr_expect(ga_audit(p, &(ga_options){.isolation = GA_ISOLATE_WORKER}, &result) ==
              GA_EUNSUPPORTED);
    ga_problem_free(p);
    cr_expect(ga_audit(NULL, NULL, &result) == GA_EINVAL);
}

Test(promises, allowing_an_unknown_code_is_an_error)
{
    ga_problem *const p = flat(bowl_gradient);
    ga_result *result = NULL;
    ga_allow(p, "Z99", NULL, "why not");
    cr_expect(ga_audit(p, NULL, &result) == GA_EINVAL);
    ga_problem_free(p);
}
