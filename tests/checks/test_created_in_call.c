/* V02 created-in-call: born or moved while the loss is computed. */
#include "expect.h"

#include <stdlib.h>
#include <string.h>

Test(created_in_call, silent_on_a_right_one)
{
    regression model = regression_at_start();
    expect_codes(regression_open(&model, REGRESSION_RIGHT), "");
}

Test(created_in_call, loud_on_a_registration_in_the_loss)
{
    regression model = regression_at_start();
    ga_result *result = audit_expecting(regression_open(&model, REGRESSION_REGISTERS), "V02");
    const ga_finding *const finding = finding_of(result, "V02", "fresh");
    cr_expect(strstr(finding->message, "first in call 1"), "%s", finding->message);
    cr_expect(finding->file && strstr(finding->file, "regression.c"), "the line that registers it");
    cr_expect(finding->line > 0);
    cr_expect_eq(variable_of(result, "w")->verdict, GA_PASS,
                 "the others are measured all the same");
    ga_result_free(result);
}

/* One double on the heap, which `move` puts elsewhere in each call. */
typedef struct mover {
    double *value;
    double grad;
    int moves;
} mover;

static double mover_loss(void *user)
{
    mover *const m = user;
    if (m->moves) {
        double *const elsewhere = malloc(sizeof *elsewhere);
        cr_assert(elsewhere);
        *elsewhere = *m->value;
        free(m->value);
        m->value = elsewhere;
    }
    return 0.5 * *m->value * *m->value;
}

static int mover_grad(void *user)
{
    mover *const m = user;
    m->grad = *m->value;
    return 0;
}

static int mover_locate(void *user, const char *name, void **value, void **grad)
{
    mover *const m = user;
    (void)name;
    *value = m->value;
    *grad = &m->grad;
    return 0;
}

static ga_problem *mover_open(mover *m, int moves)
{
    ga_problem *p = NULL;
    *m = (mover){.value = malloc(sizeof *m->value), .moves = moves};
    cr_assert(m->value);
    *m->value = 1.5;
    ga_problem_new("mover", &p);
    GA_VARIABLE(p, "v", m->value, &m->grad);
    ga_problem_callbacks(p, mover_loss, mover_grad, m);
    ga_problem_locate(p, mover_locate);
    return p;
}

Test(created_in_call, loud_on_a_value_that_moves)
{
    mover m;
    ga_result *result = audit_expecting(mover_open(&m, 1), "V02");
    cr_expect(strstr(finding_of(result, "V02", "v")->message, "another address"));
    ga_result_free(result);
    free(m.value);
}

Test(created_in_call, silent_on_a_value_that_stays_and_on_gradients_that_move)
{
    mover m;
    expect_codes(mover_open(&m, 0), "");
    free(m.value);
}

/* The gradient comes in a fresh buffer each time, which is allowed. */
typedef struct fresh {
    double value;
    double buffers[64];
    size_t next;
} fresh;

static double fresh_loss(void *user)
{
    const fresh *const f = user;
    return exp(f->value);
}

static int fresh_grad(void *user)
{
    fresh *const f = user;
    f->next = (f->next + 1) % 64;
    f->buffers[f->next] = exp(f->value);
    return 0;
}

static int fresh_locate(void *user, const char *name, void **value, void **grad)
{
    fresh *const f = user;
    (void)name;
    (void)value;
    *grad = &f->buffers[f->next];
    return 0;
}

Test(created_in_call, silent_on_gradients_in_fresh_buffers)
{
    fresh f = {.value = 0.7};
    ga_problem *p = NULL;
    ga_problem_new("fresh", &p);
    GA_VARIABLE(p, "v", &f.value, (double *)NULL);
    ga_problem_callbacks(p, fresh_loss, fresh_grad, &f);
    ga_problem_locate(p, fresh_locate);
    ga_result *result = audit_expecting(p, "");
    cr_expect_eq(check_of(result, "P03")->verdict, GA_SKIPPED, "it could not be filled before");
    ga_result_free(result);
}
