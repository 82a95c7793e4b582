/* A gradient that is right where it is tried and wrong elsewhere; and one that is right everywhere.
 */
#include "alike.h"
#include "stack.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Subjects: n elements in double or float, by a rule for each ----
 */

typedef enum rule {
    RULE_REST,    /* x^2 / 2 alone */
    RULE_DEAD,    /* and a rectifier of x_i - 1.05 x_(i+1) for even i, not active at the point */
    RULE_BRANCH,  /* and, from 1.1 on, (x - 1.1)^2 */
    RULE_SPECIAL, /* and 0.3 cos(x), begun at 0 */
    RULE_EDGE     /* not finite where x leaves the point by more than 1e-3 */
} rule;

enum {
    MOST = 4000
};

typedef struct net {
    rule rule;
    int wrong; /* what the rule adds has a gradient that is half as large again */
    int single;
    size_t n;
    float f[MOST], df[MOST];
    double x[MOST], dx[MOST];
    double start[MOST];
} net;

static double start_of(const net *at, size_t i)
{
    return at->rule == RULE_SPECIAL && i % 3 == 0 ? 0.0 : 1.0 + 1e-3 * (double)(i % 10);
}

static double value(const net *at, const double *x, size_t i)
{
    return x ? x[i] : at->single ? (double)at->f[i] : at->x[i];
}

static double rule_loss(const net *at, const double *x)
{
    double sum = 0.0;
    for (size_t i = 0; i < at->n; i++) {
        const double v = value(at, x, i);
        sum += v * v / 2.0;
        switch (at->rule) {
        case RULE_REST:
            break;
        case RULE_DEAD:
            sum += i % 2 == 0 ? fmax(0.0, v - 1.05 * value(at, x, i + 1)) : 0.0;
            break;
        case RULE_BRANCH:
            sum += v > 1.1 ? (v - 1.1) * (v - 1.1) : 0.0;
            break;
        case RULE_SPECIAL:
            sum += 0.3 * cos(v);
            break;
        case RULE_EDGE:
            sum += fabs(v - start_of(at, i)) > 1e-3 ? (double)NAN : 0.0;
            break;
        }
    }
    return sum;
}

static double rule_slope(const net *at, const double *x, size_t i)
{
    const double v = value(at, x, i);
    const double times = at->wrong ? 1.5 : 1.0;
    switch (at->rule) {
    case RULE_DEAD: {
        const size_t even = i - i % 2;
        const int active = value(at, x, even) - 1.05 * value(at, x, even + 1) > 0;
        return v + (active ? times * (i % 2 ? -1.05 : 1.0) : 0.0);
    }
    case RULE_BRANCH:
        return v + (v > 1.1 ? times * 2.0 * (v - 1.1) : 0.0);
    case RULE_SPECIAL:
        return v - 0.3 * (i % 3 == 0 ? times : 1.0) * sin(v);
    case RULE_REST:
    case RULE_EDGE:
        break;
    }
    return v;
}

static double flat_loss(const double *x, size_t n, void *user)
{
    (void)n;
    return rule_loss(user, x);
}

static int flat_gradient(const double *x, size_t n, double *g, void *user)
{
    for (size_t i = 0; i < n; i++) {
        g[i] = rule_slope(user, x, i);
    }
    return 0;
}

static double own_loss(void *user)
{
    return rule_loss(user, NULL);
}

static int own_gradient(void *user)
{
    net *const at = user;
    for (size_t i = 0; i < at->n; i++) {
        at->dx[i] = rule_slope(at, NULL, i);
        at->df[i] = (float)at->dx[i];
    }
    return 0;
}

static int locate(void *user, const char *name, void **found, void **grad)
{
    net *const at = user;
    (void)name;
    *found = at->x;
    *grad = at->dx;
    return 0;
}

static const double RATE = 0.01;

static int update(void *user)
{
    net *const at = user;
    (void)own_gradient(at);
    for (size_t i = 0; i < at->n; i++) {
        at->x[i] -= RATE * at->dx[i];
    }
    return 0;
}

typedef enum form {
    FLAT,
    BOUNDED,
    OWN,
    LOCATED,
    UPDATED,
    SINGLE,
    TWIN
} form;

static net *new_net(rule which, int wrong, size_t n)
{
    net *const at = calloc(1, sizeof *at);
    *at = (net){.rule = which, .wrong = wrong, .n = n};
    for (size_t i = 0; i < n; i++) {
        at->x[i] = at->start[i] = start_of(at, i);
        at->f[i] = (float)at->x[i];
        at->start[i] = at->x[i];
    }
    return at;
}

static ga_problem *open_flat(net *at, int bounded)
{
    static double lower[MOST];
    static double upper[MOST];
    for (size_t i = 0; i < at->n; i++) {
        lower[i] = at->x[i] - 2.0;
        upper[i] = at->x[i] + 2.0;
    }
    ga_problem *p = NULL;
    ga_problem_flat(&(ga_flat){.n = at->n,
                               .x = at->x,
                               .loss = flat_loss,
                               .grad = flat_gradient,
                               .user = at,
                               .lower = bounded ? lower : NULL,
                               .upper = bounded ? upper : NULL},
                    &p);
    return p;
}

static ga_problem *open_own(net *at, form as)
{
    ga_problem *p = NULL;
    const int has_grad = as != LOCATED && as != UPDATED;
    at->single = as == SINGLE || as == TWIN;
    ga_problem_new("net", &p);
    if (at->single) {
        GA_TENSOR(p, "x", at->f, at->df, at->n);
    } else {
        GA_TENSOR(p, "x", at->x, has_grad ? at->dx : NULL, at->n);
    }
    ga_problem_callbacks(p, own_loss, as == UPDATED ? NULL : own_gradient, at);
    if (as == LOCATED) {
        ga_problem_locate(p, locate);
    }
    if (as == UPDATED) {
        ga_problem_update(p, update, RATE, at);
    }
    return p;
}

static ga_problem *open_as(net *at, net *other, form as)
{
    if (as == FLAT || as == BOUNDED) {
        return open_flat(at, as == BOUNDED);
    }
    ga_problem *const p = open_own(at, as);
    if (as == TWIN) {
        ga_problem_twin(p, open_own(other, OWN));
    }
    return p;
}

static int is_restored(const net *at)
{
    for (size_t i = 0; i < at->n; i++) {
        if (at->single ? at->f[i] != (float)at->start[i] : at->x[i] != at->start[i]) {
            return 0;
        }
    }
    return 1;
}

/* ---- Cases ----
 */

typedef struct points_case {
    char why[48];
    rule rule;
    form as;
    size_t n;
    int points; /* visited when nothing is wrong */
} points_case;

ParameterizedTestParameters(points, elsewhere)
{
    static points_case cases[] = {
        {"dead rectifier", RULE_DEAD, FLAT, 40, 3},
        {"dead rectifier, screened", RULE_DEAD, FLAT, MOST, 3},
        {"dead rectifier, bounds", RULE_DEAD, BOUNDED, 40, 3},
        {"dead rectifier, bounds, screened", RULE_DEAD, BOUNDED, MOST, 3},
        {"dead rectifier, own buffers", RULE_DEAD, OWN, 40, 3},
        {"dead rectifier, located", RULE_DEAD, LOCATED, 40, 3},
        {"dead rectifier, updated", RULE_DEAD, UPDATED, 40, 3},
        {"dead rectifier, float", RULE_DEAD, SINGLE, 40, 3},
        {"dead rectifier, twin", RULE_DEAD, TWIN, 40, 3},
        {"dead rectifier, twin, screened", RULE_DEAD, TWIN, 2000, 3},
        {"branch", RULE_BRANCH, FLAT, 12, 3},
        {"branch, screened", RULE_BRANCH, FLAT, MOST, 3},
        {"branch, twin", RULE_BRANCH, TWIN, 12, 3},
        {"branch, own buffers, screened", RULE_BRANCH, OWN, MOST, 3},
        {"special value", RULE_SPECIAL, FLAT, 12, 3},
        {"special value, screened", RULE_SPECIAL, FLAT, MOST, 3},
        {"special value, located", RULE_SPECIAL, LOCATED, 12, 3},
        {"special value, updated", RULE_SPECIAL, UPDATED, 12, 3},
    };
    return cr_make_param_array(points_case, cases, sizeof cases / sizeof *cases);
}

static ga_result *audit(const points_case *at, int wrong, int points)
{
    net *const model = new_net(at->rule, wrong, at->n);
    net *const other = new_net(at->rule, wrong, at->n);
    ga_problem *const p = open_as(model, other, at->as);
    ga_result *result = NULL;
    const ga_options options = {
        .points = points, .max_evaluations = 3000, .max_seconds = 1000, .seed = 3};
    const ga_status status = ga_audit(p, &options, &result);
    cr_assert(status == GA_OK, "%s: %s", at->why, ga_problem_error(p));
    cr_expect(is_restored(model), "%s", at->why);
    ga_problem_free(p);
    free(model);
    free(other);
    return result;
}

ParameterizedTest(points_case *at, points, elsewhere)
{
    char said[SAID_SIZE];
    ga_result *const right = audit(at, 0, 3);
    cr_expect_str_empty(said_of(right, said), "%s, right: %s", at->why, said);
    cr_expect(ga_result_facts(right)->points == at->points, "%s: %d points", at->why,
              ga_result_facts(right)->points);
    ga_result_free(right);

    ga_result *const once = audit(at, 1, 1);
    cr_expect_str_empty(said_of(once, said), "%s, once: %s", at->why, said);
    cr_expect(ga_result_facts(once)->points == 1);
    ga_result_free(once);

    ga_result *const wrong = audit(at, 1, 3);
    (void)said_of(wrong, said);
    cr_expect(strncmp(said, "G01:x", 5) == 0 && !strchr(said, ' '), "%s, wrong: %s", at->why, said);
    cr_assert(ga_result_finding_count(wrong) > 0);
    const ga_finding *const finding = ga_result_finding(wrong, 0);
    cr_expect(finding->point > 0 && finding->point < 3, "%s: %d", at->why, finding->point);
    cr_expect(ga_result_verdict(wrong) == GA_FAIL);
    ga_result_free(wrong);
}

Test(points, a_loss_that_is_not_finite_elsewhere_is_not_accused)
{
    static const size_t sizes[] = {12, MOST};
    for (size_t i = 0; i < 2; i++) {
        const points_case at = {.why = "edge", .rule = RULE_EDGE, .n = sizes[i]};
        char said[SAID_SIZE];
        ga_result *const result = audit(&at, 0, 3);
        cr_expect_str_empty(said_of(result, said), "%s", said);
        cr_expect(ga_result_facts(result)->points == 1);
        ga_result_free(result);
    }
}

Test(points, bounds_are_kept_at_other_points)
{
    stack model = {.variables = {{.name = "w", .n = 50, .lower = 0.4, .upper = 1.0}}};
    ga_problem *const p = stack_open(&model);
    ga_result *result = NULL;
    char said[SAID_SIZE];
    cr_assert(ga_audit(p, &(ga_options){.points = 4}, &result) == GA_OK);
    cr_expect_str_empty(said_of(result, said), "%s", said);
    cr_expect(stack_is_restored(&model));
    ga_result_free(result);
    ga_problem_free(p);
    stack_close(&model);
}
